package io.gatun.graph.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.autodiff.Cells.Loop;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Recurrence.Step;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.SampleArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScanGradientTest {
  private static final long SEED = 7;

  private static GradientCheck check(
      String name, Function<List<Value>, Value> function, int[]... shapes) {
    return GradientCheck.of(name, function, shapes);
  }

  private static int[] dims(int... dims) {
    return dims;
  }

  static Stream<GradientCheck> scans() {
    return Stream.of(
        check("decay", in -> decay(in).outputs().get(0), dims(2), dims(4, 2), dims(2)),
        check("last decay", in -> decay(in).carries().get(0), dims(2), dims(4, 2), dims(2)),
        check("both", ScanGradientTest::both, dims(2), dims(3, 2), dims(2)),
        check("one step", in -> decay(in).outputs().get(0), dims(2), dims(1, 2), dims(2)),
        check("no step", ScanGradientTest::both, dims(2), dims(0, 2), dims(2)),
        check("reverse", ScanGradientTest::reverse, dims(2), dims(4, 2), dims(2)),
        check("power", ScanGradientTest::power, dims(2), dims(2)),
        check("map", ScanGradientTest::map, dims(3, 2), dims(2)),
        check(
            "rnn",
            in -> Cells.simple(in, Recurrence::scan).outputs().get(0),
            dims(3, 2, 2),
            dims(2, 3),
            dims(2, 3),
            dims(3, 3),
            dims(3)),
        check(
            "lstm",
            in -> Cells.lstm(in, Recurrence::scan).outputs().get(0),
            dims(3, 2, 2),
            dims(2, 2),
            dims(2, 2),
            dims(2, 8),
            dims(2, 8),
            dims(8)),
        check(
            "gru",
            in -> Cells.gru(in, Recurrence::scan).outputs().get(0),
            dims(3, 2, 2),
            dims(2, 2),
            dims(2, 6),
            dims(2, 6),
            dims(6),
            dims(6)),
        check("swap", ScanGradientTest::swap, dims(2), dims(2), dims(3, 2)),
        check("nested", ScanGradientTest::nested, dims(2), dims(3, 2, 2), dims(2)),
        check("products", ScanGradientTest::products, dims(3, 2, 2, 2), dims(2, 2, 2), dims(2, 2)),
        check("rows of a table", ScanGradientTest::rows, dims(4, 2), dims(2, 2)));
  }

  private static Recurrence decay(List<Value> in) {
    return Recurrence.scan(
        List.of(in.get(0)),
        List.of(in.get(1)),
        (c, s) -> Step.of(c.get(0).mul(in.get(2)).add(s.get(0)).sin()));
  }

  private static Value both(List<Value> in) {
    var run = decay(in);
    return run.outputs().get(0).sum(0).mul(run.carries().get(0));
  }

  private static Value reverse(List<Value> in) {
    return Recurrence.scanReverse(
            List.of(in.get(0)),
            List.of(in.get(1)),
            (c, s) -> Step.of(c.get(0).mul(in.get(2)).add(s.get(0)).sin()))
        .outputs()
        .get(0);
  }

  private static Value power(List<Value> in) {
    return Recurrence.repeat(3, List.of(in.get(0)), c -> Step.of(c.get(0).mul(in.get(1))))
        .carries()
        .get(0);
  }

  private static Value map(List<Value> in) {
    return Recurrence.scan(
            List.of(),
            List.of(in.get(0)),
            (_, s) -> new Step(List.of(), List.of(s.get(0).mul(in.get(1)).exp())))
        .outputs()
        .get(0);
  }

  private static Value swap(List<Value> in) {
    var run =
        Recurrence.scan(
            List.of(in.get(0), in.get(1)),
            List.of(in.get(2)),
            (c, s) -> Step.of(List.of(c.get(1), c.get(0).mul(s.get(0))), List.of(c.get(0))));
    return run.outputs().get(0).sum(0).mul(run.carries().get(0)).add(run.carries().get(1));
  }

  private static Value nested(List<Value> in) {
    return Recurrence.scan(
            List.of(in.get(0)),
            List.of(in.get(1)),
            (c, s) -> {
              var inner =
                  Recurrence.scan(
                      List.of(c.get(0)),
                      List.of(s.get(0)),
                      (d, r) -> Step.of(d.get(0).mul(in.get(2)).add(r.get(0)).tanh()));
              return Step.of(inner.carries().get(0).add(inner.outputs().get(0).sum(0)));
            })
        .outputs()
        .get(0);
  }

  /// Batched products with both sides of time and either transposition.
  private static Value products(List<Value> in) {
    return Recurrence.scan(
            List.of(in.get(1)),
            List.of(in.get(0)),
            (c, s) -> {
              var w = in.get(2).transpose().broadcastTo(2, 2, 2);
              var product = s.get(0).matmul(c.get(0).transpose()).matmul(in.get(1));
              return Step.of(product.matmul(w).add(w.matmul(c.get(0)).matmul(in.get(1))).tanh());
            })
        .outputs()
        .get(0);
  }

  private static Value rows(List<Value> in) {
    var indices =
        Value.iota(in.get(0).builder(), TensorType.of(DType.I32, 3, 2), 0)
            .mul(3)
            .add(Value.iota(in.get(0).builder(), TensorType.of(DType.I32, 3, 2), 1));
    return Recurrence.scan(
            List.of(in.get(1)),
            List.of(indices),
            (c, s) -> Step.of(c.get(0).mul(in.get(0).take(s.get(0), 0)).sin()))
        .outputs()
        .get(0);
  }

  @ParameterizedTest
  @MethodSource("scans")
  void isTheCentralDifference(GradientCheck check) {
    check.run(SEED);
    check.second().run(SEED);
  }

  private record Layer(BiFunction<List<Value>, Loop, Recurrence> cell, int[]... shapes) {
    /// Loss and gradients of a mean over outputs and last carries.
    Graph graph(Loop loop) {
      var t = new Tracer();
      var in = new ArrayList<Value>();
      for (int[] shape : shapes) in.add(t.input("x" + in.size(), TensorType.of(DType.F64, shape)));
      var run = cell.apply(in, loop);
      var loss = run.outputs().get(0).square().sum();
      for (Value carry : run.carries()) loss = loss.add(carry.sum());
      t.output("loss", loss);
      for (Value gradient : Gradient.of(loss, in)) t.output("d" + gradient.node(), gradient);
      return t.graph();
    }
  }

  private static final Layer LSTM =
      new Layer(
          Cells::lstm, dims(9, 4, 3), dims(4, 5), dims(4, 5), dims(3, 20), dims(5, 20), dims(20));

  static Stream<Layer> layers() {
    return Stream.of(
        LSTM,
        new Layer(Cells::simple, dims(9, 4, 3), dims(4, 5), dims(3, 5), dims(5, 5), dims(5)),
        new Layer(
            Cells::gru, dims(9, 4, 3), dims(4, 5), dims(3, 15), dims(5, 15), dims(15), dims(15)),
        new Layer(ScanGradientTest::largeSum, dims(3, 2), dims(2, 30000)));
  }

  /// The cotangent of the second operand is too large to be stacked.
  private static Recurrence largeSum(List<Value> in, Loop loop) {
    return loop.run(
        List.of(),
        List.of(in.get(0)),
        (_, s) -> {
          var scaled = in.get(1).mul(s.get(0).reshape(2, 1));
          return new Step(List.of(), List.of(scaled.mul(scaled).sin().sum(0)));
        });
  }

  @ParameterizedTest
  @MethodSource("layers")
  void isTheGradientOfTheUnrolledSteps(Layer layer) {
    var scan = layer.graph(Recurrence::scan);
    Verifier.verify(scan);
    var unrolled = layer.graph(Cells::unrolled);
    var arguments =
        scan.inputTypes().stream().map(t -> SampleArrays.random(t, SEED + t.size())).toList();
    var got = scan.evaluate(arguments);
    var want = unrolled.evaluate(arguments);
    for (int i = 0; i < want.size(); i++) assertClose(want.get(i), got.get(i));
  }

  private static void assertClose(NdArray want, NdArray got) {
    assertEquals(want.type(), got.type());
    for (int i = 0; i < want.size(); i++) {
      assertEquals(want.at(i), got.at(i), 1e-11 * Math.max(1, Math.abs(want.at(i))));
    }
  }

  @Test
  void weightsAreDifferentiatedInOneProductAfterTheLoop() {
    var graph = LSTM.graph(Recurrence::scan);
    var loops = graph.nodes().stream().filter(n -> n.op() instanceof Scan).toList();
    assertEquals(3, loops.stream().map(n -> ((Scan) n.op()).body()).distinct().count());
    for (var loop : loops) {
      var body = ((Scan) loop.op()).body();
      var products = body.nodes().stream().filter(n -> n.op() instanceof MatMul).toList();
      assertEquals(1, products.size(), body::toString);
    }
    // Those of the input's weights, and the gradients of both matrices and the input.
    assertEquals(4, graph.nodes().stream().filter(n -> n.op() instanceof MatMul).count());
  }

  @Test
  void aLargeSumIsCarriedAndRowsAreScatteredOnce() {
    var large = new Layer(ScanGradientTest::largeSum, dims(3, 2), dims(2, 30000));
    assertTrue(
        large.graph(Recurrence::scan).nodes().stream()
            .anyMatch(n -> n.op() instanceof Scan s && s.carries() == 1));
    var rows = check("rows", ScanGradientTest::rows, dims(4, 2), dims(2, 2)).graph();
    assertEquals(1, rows.nodes().stream().filter(n -> n.op() instanceof ScatterAdd).count());
  }
}

package io.gatun.graph.dsl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.SampleArrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecurrenceTest {
  private final Tracer t = new Tracer();

  private static TensorType f64(int... dims) {
    return TensorType.of(DType.F64, dims);
  }

  @Test
  void aRunningSumInBothDirections() {
    var x = t.input("x", f64(4));
    var zero = t.scalar(DType.F64, 0);
    var forward =
        Recurrence.scan(
            List.of(zero), List.of(x), (c, s) -> Recurrence.Step.of(c.get(0).add(s.get(0))));
    var backward =
        Recurrence.scanReverse(
            List.of(zero), List.of(x), (c, s) -> Recurrence.Step.of(c.get(0).add(s.get(0))));
    t.output("forward", forward.outputs().getFirst());
    t.output("backward", backward.outputs().getFirst());
    t.output("last", backward.carries().getFirst());
    var values = t.graph().evaluate(List.of(NdArray.of(f64(4), 1, 2, 3, 4)));
    assertArrayEquals(new double[] {1, 3, 6, 10}, values.get(0).toDoubles());
    assertArrayEquals(new double[] {10, 9, 7, 4}, values.get(1).toDoubles());
    assertEquals(10, values.get(2).at(0));
  }

  @Test
  void aScanIsWhatItsUnrolledStepsAre() {
    var x = t.input("x", f64(5, 2, 3));
    var w = t.input("w", f64(3, 4));
    var u = t.input("u", f64(4, 4));
    var b = t.input("b", f64(4));
    var h0 = t.input("h0", f64(2, 4));
    var run =
        Recurrence.scan(
            List.of(h0),
            List.of(x),
            (c, s) -> Recurrence.Step.of(s.get(0).matmul(w).add(c.get(0).matmul(u)).add(b).tanh()));
    var h = h0;
    for (int i = 0; i < 5; i++) h = x.index(0, i).matmul(w).add(h.matmul(u)).add(b).tanh();
    t.output("scan", run.carries().getFirst());
    t.output("last", run.outputs().getFirst().index(0, -1));
    t.output("unrolled", h);
    var graph = t.graph();
    Verifier.verify(graph);
    var values = graph.evaluate(graph.inputTypes().stream().map(RecurrenceTest::random).toList());
    assertArrayEquals(values.get(2).toDoubles(), values.get(0).toDoubles(), 1e-12);
    assertArrayEquals(values.get(2).toDoubles(), values.get(1).toDoubles(), 1e-12);
    assertEquals(GraphText.print(graph), GraphText.print(GraphText.parse(GraphText.print(graph))));
  }

  private static NdArray random(TensorType type) {
    return SampleArrays.random(type, type.size());
  }

  @Test
  void loopsNestAndReachThroughEachOther() {
    var x = t.input("x", f64(3, 2));
    var k = t.input("k", f64());
    var run =
        Recurrence.scan(
            List.of(k.filled(1)),
            List.of(x),
            (c, s) -> {
              var inner =
                  Recurrence.scan(
                      List.of(c.get(0)),
                      List.of(s.get(0)),
                      (d, r) -> Recurrence.Step.of(d.get(0).mul(k).add(r.get(0)).add(c.get(0))));
              return Recurrence.Step.of(inner.carries().getFirst());
            });
    t.output("y", run.carries().getFirst());
    double state = 1;
    double[] elements = {1, 2, 3, 4, 5, 6};
    for (int i = 0; i < 3; i++) {
      double outer = state;
      for (int j = 0; j < 2; j++) state = state * 0.5 + elements[2 * i + j] + outer;
    }
    var arguments = List.of(NdArray.of(f64(3, 2), elements), NdArray.of(f64(), 0.5));
    assertEquals(state, t.graph().evaluate(arguments).getFirst().at(0), 1e-12);
  }

  @Test
  void capturedMovementsAreRepeatedInside() {
    var x = t.input("x", f64(3, 2, 4));
    var b = t.input("b", f64(4));
    var run =
        Recurrence.repeat(
            3, List.of(x.index(0, 0)), c -> Recurrence.Step.of(c.get(0).add(b).maximum(0)));
    var scan = (Scan) run.carries().getFirst().node().op();
    assertEquals(List.of(f64(2, 4), f64(4)), scan.body().inputTypes());
    assertTrue(scan.body().nodes().stream().anyMatch(n -> n.op() instanceof Broadcast));
  }

  @Test
  void equalScansAreOneValue() {
    var x = t.input("x", f64(4));
    var first = sums(x);
    assertEquals(first.outputs().getFirst().node(), sums(x).outputs().getFirst().node());
  }

  private static Recurrence sums(Value x) {
    return Recurrence.scan(
        List.of(x.scalar(0)), List.of(x), (c, s) -> Recurrence.Step.of(c.get(0).add(s.get(0))));
  }

  @Test
  void mistakesAreNamed() {
    var x = t.input("x", f64(4, 3));
    var y = t.input("y", f64(5, 3));
    fails(
        "different lengths",
        () ->
            Recurrence.scan(List.of(), List.of(x, y), (_, s) -> new Recurrence.Step(List.of(), s)));
    fails(
        "a carry keeps its type",
        () ->
            Recurrence.scan(
                List.of(x.scalar(0)), List.of(x), (_, s) -> Recurrence.Step.of(s.get(0))));
    fails(
        "wants sequences",
        () -> Recurrence.scan(List.of(x), List.of(), (c, _) -> Recurrence.Step.of(c.get(0))));
    var leaked = new Value[1];
    Recurrence.scan(
        List.of(),
        List.of(x),
        (_, s) -> {
          leaked[0] = s.get(0);
          return new Recurrence.Step(List.of(), s);
        });
    fails("is complete", () -> leaked[0].mul(2));
    fails("is complete", () -> x.index(0, 0).add(leaked[0]));
    var scan = (Scan) sums(t.input("z", f64(2))).carries().getFirst().node().op();
    fails("input \"slice0\" of the body is f64[]", () -> x.scalar(0).apply(scan, x));
  }

  private static void fails(String message, Runnable code) {
    var error = assertThrows(GraphException.class, code::run);
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertTrue(error.getMessage().contains("RecurrenceTest.java"), error.getMessage());
  }
}

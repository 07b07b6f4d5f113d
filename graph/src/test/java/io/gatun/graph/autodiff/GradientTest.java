package io.gatun.graph.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GradientTest {
  private static final long SEED = 42;
  private static final Window WINDOW =
      Window.of(2, 3).withStride(2, 1).withDilation(1, 2).withPadding(List.of(1, 0), List.of(0, 2));

  private static int[] dims(int... dims) {
    return dims;
  }

  static Stream<GradientCheck> unary() {
    return Arrays.stream(Unary.Kind.values())
        .filter(kind -> kind != Unary.Kind.NOT)
        .map(GradientTest::unary);
  }

  private static GradientCheck unary(Unary.Kind kind) {
    var check = GradientCheck.of(kind.text(), x -> x.getFirst().apply(new Unary(kind)), dims(2, 3));
    return switch (kind) {
      case SQRT, RSQRT, LOG -> check.in(0.5, 2);
      case LOG1P -> check.in(-0.5, 2);
      case NEG, ABS, SIGN, EXP, EXPM1, SIN, COS, TANH, SIGMOID, ERF, FLOOR, CEIL, ROUND, NOT ->
          check;
    };
  }

  static Stream<GradientCheck> binary() {
    return Arrays.stream(Binary.Kind.values()).flatMap(GradientTest::binary);
  }

  private static Stream<GradientCheck> binary(Binary.Kind kind) {
    var check =
        GradientCheck.of(
            kind.text(), x -> x.get(0).apply(new Binary(kind), x.get(1)), dims(2, 3), dims(2, 3));
    return switch (kind) {
      case ADD, SUB, MUL, MAX, MIN -> Stream.of(check);
      case DIV, POW -> Stream.of(check.in(0.5, 2));
      case REM -> Stream.of(check.in(0.5, 4));
      case AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> Stream.of();
    };
  }

  static Stream<GradientCheck> movement() {
    var slice = new Slice(List.of(1, 0), List.of(5, 4), List.of(2, 3));
    var pad = new Pad(List.of(1, 0), List.of(0, 2), List.of(2, 1), 7);
    return Stream.of(
        GradientCheck.of(
            "select", x -> x.get(0).gt(0).select(x.get(0), x.get(1)), dims(4), dims(4)),
        GradientCheck.of("reshape", x -> x.get(0).reshape(3, 4), dims(2, 6)),
        GradientCheck.of("transpose", x -> x.get(0).permute(2, 0, 1), dims(2, 3, 4)),
        GradientCheck.of("broadcast", x -> x.get(0).broadcastTo(4, 2, 3), dims(2, 1)),
        GradientCheck.of("no broadcast", x -> x.get(0).broadcastTo(2, 1, 3), dims(1, 3)),
        GradientCheck.of("slice", x -> x.get(0).apply(slice), dims(6, 5)),
        GradientCheck.of("pad", x -> x.get(0).apply(pad), dims(3, 2)),
        GradientCheck.of(
            "concat", x -> Value.concat(1, x.get(0), x.get(1), x.get(0)), dims(2, 1), dims(2, 3)),
        GradientCheck.of("reverse", x -> x.get(0).reverse(0), dims(3, 2)),
        GradientCheck.of("windows", x -> x.get(0).windows(WINDOW, 3), dims(2, 4, 5, 1)),
        GradientCheck.of("foldwindows", GradientTest::fold, dims(1, 4, 5, 2)),
        GradientCheck.of("take", x -> x.get(0).take(indices(x.get(0), 2, 0, 2), 1), dims(2, 3)),
        GradientCheck.of("takeAlong", x -> x.get(0).takeAlong(along(x.get(0)), 1), dims(2, 3)),
        GradientCheck.of(
            "scatterAdd",
            x -> x.get(0).scatterAdd(indices(x.get(0), 2, 2), x.get(1), 1),
            dims(2, 3),
            dims(2, 2)),
        GradientCheck.of(
            "scatterAddAlong",
            x -> x.get(0).scatterAddAlong(along(x.get(0)), x.get(1), 1),
            dims(2, 3),
            dims(2, 2)),
        GradientCheck.of("sort", x -> x.get(0).sort(1, true), dims(2, 5)));
  }

  /// Squared, so that the cotangent of the fold is not constant.
  private static Value fold(List<Value> x) {
    var windows = x.getFirst().windows(WINDOW, 0).square();
    return windows.apply(new FoldWindows(WINDOW, x.getFirst().shape()));
  }

  private static Value indices(Value x, double... values) {
    return constant(x, TensorType.of(DType.I32, values.length), values);
  }

  private static Value along(Value x) {
    return constant(x, TensorType.of(DType.I32, 2, 2), 2, 0, 1, 1);
  }

  private static Value constant(Value x, TensorType type, double... values) {
    return Value.constant(x.builder(), Literal.of(type, values));
  }

  static Stream<GradientCheck> folds() {
    return Stream.of(
        GradientCheck.of("sum", x -> x.get(0).sum(1), dims(2, 3, 2)),
        GradientCheck.of("sumKeep", x -> x.get(0).sumKeep(0, 2), dims(2, 3, 2)),
        GradientCheck.of("mean", x -> x.get(0).mean(), dims(2, 3)),
        GradientCheck.of("variance", x -> x.get(0).variance(-1), dims(2, 3)),
        GradientCheck.of("prod", x -> x.get(0).prod(1), dims(3, 4)),
        GradientCheck.of("prod with a zero", x -> x.get(0).mul(mask(x.get(0))).prod(1), dims(3, 3)),
        GradientCheck.of("max", x -> x.get(0).max(0), dims(4, 3)),
        GradientCheck.of("min", x -> x.get(0).minKeep(1), dims(4, 3)),
        matmul(false, false, dims(2, 3, 4), dims(2, 4, 5)),
        matmul(true, false, dims(2, 4, 3), dims(2, 4, 5)),
        matmul(false, true, dims(2, 3, 4), dims(2, 5, 4)),
        matmul(true, true, dims(2, 4, 3), dims(2, 5, 4)),
        GradientCheck.of(
            "batched", x -> x.get(0).matmul(x.get(1)), dims(2, 1, 2, 3), dims(3, 3, 2)),
        GradientCheck.of("rows", x -> x.get(0).matmul(x.get(1)), dims(2, 2, 3), dims(3, 2)),
        GradientCheck.of("conv", x -> x.get(0).conv(x.get(1), WINDOW, 2), dims(2, 4, 5, 4), FILTER),
        GradientCheck.of("convgradinput", GradientTest::gradInput, dims(2, 2, 3, 2), FILTER),
        GradientCheck.of(
            "convgradfilter", GradientTest::gradFilter, dims(2, 4, 5, 4), dims(2, 2, 3, 2)),
        GradientCheck.of("maxPool", x -> x.get(0).maxPool(WINDOW), dims(2, 4, 5, 2)),
        GradientCheck.of("averagePool", x -> x.get(0).averagePool(WINDOW), dims(2, 4, 5, 2)));
  }

  private static final int[] FILTER = {2, 3, 2, 2};

  /// Zero at one element of the first row and at two of the second.
  private static Value mask(Value x) {
    return constant(x, x.type(), 1, 0, 1, 0, 1, 0, 1, 1, 1);
  }

  private static GradientCheck matmul(boolean ta, boolean tb, int[] a, int[] b) {
    var op = new MatMul(ta, tb);
    return GradientCheck.of(op.text(), x -> x.get(0).apply(op, x.get(1)), a, b);
  }

  private static Value gradInput(List<Value> x) {
    return x.get(0).apply(new ConvGradInput(WINDOW, 2, Shape.of(2, 4, 5, 4)), x.get(1));
  }

  private static Value gradFilter(List<Value> x) {
    return x.get(0).apply(new ConvGradFilter(WINDOW, 2, Shape.of(FILTER)), x.get(1));
  }

  @ParameterizedTest
  @MethodSource({"unary", "binary", "movement", "folds"})
  void isTheCentralDifference(GradientCheck check) {
    check.run(SEED);
    check.second().run(SEED);
  }

  @Test
  void everyOpIsCovered() {
    var seen = new HashSet<Class<?>>();
    Stream.of(unary(), binary(), movement(), folds(), ScanGradientTest.scans())
        .flatMap(s -> s)
        .flatMap(check -> check.graph().nodes().stream())
        .map(node -> node.op().getClass())
        .forEach(seen::add);
    // Without operands or of integers only.
    var rest =
        Arrays.stream(Op.class.getPermittedSubclasses())
            .filter(c -> !seen.contains(c))
            .map(Class::getSimpleName)
            .sorted()
            .toList();
    assertEquals(List.of("Random"), rest);
  }

  private final Tracer t = new Tracer();
  private final Value x = t.input("x", TensorType.of(DType.F64, 3));

  private double[] gradientAt(Value y, double... at) {
    t.output("d", Gradient.of(y.sum(), x));
    return t.graph().evaluate(List.of(NdArray.of(x.type(), at))).getFirst().toDoubles();
  }

  private void assertGradient(Value y, double[] at, double... expected) {
    assertArrayEquals(expected, gradientAt(y, at));
  }

  @Test
  void equalMaximaShareTheGradient() {
    assertGradient(x.max(), at(2.0, 1, 2), 0.5, 0, 0.5);
  }

  @Test
  void equalOperandsShareTheGradient() {
    assertGradient(x.maximum(1).add(x.minimum(1)), at(0.0, 1, 2), 1, 1, 1);
    assertEquals(0.5, gradient(v -> v.maximum(1), 1));
  }

  private static double[] at(double... values) {
    return values;
  }

  @Test
  void maxPoolGivesTheGradientToTheFirstMaximum() {
    var pooled = x.reshape(1, 3, 1).maxPool(Window.of(2));
    assertGradient(pooled, at(1.0, 1, 1), 1, 1, 0);
  }

  @Test
  void powersOfZero() {
    assertEquals(0, gradient(v -> v.pow(2), 0));
    assertEquals(0, gradient(v -> v.pow(0), 0));
    assertEquals(1, gradient(v -> v.pow(1), 0));
    assertEquals(0, gradient(v -> v.filled(0).pow(v), 2));
  }

  private static double gradient(UnaryOperator<Value> f, double at) {
    var t = new Tracer();
    var x = t.input("x", TensorType.of(DType.F64));
    t.output("d", Gradient.of(f.apply(x), x));
    return t.graph().evaluate(List.of(NdArray.of(x.type(), at))).getFirst().at(0);
  }

  @Test
  void castsCarryTheGradientInTheirOwnType() {
    var y = x.cast(DType.F32).square();
    assertEquals(DType.F64, Gradient.of(y.sum(), x).dtype());
    assertGradient(y, at(1.0, 2, 3), 2, 4, 6);
  }

  @Test
  void integersStopTheGradient() {
    assertGradient(x.cast(DType.I32).cast(DType.F64).mul(x), at(1.5, 2, 3), 1, 2, 3);
  }

  @Test
  void inputsThatAreNotReachedHaveZeros() {
    assertGradient(t.scalar(DType.F64, 3), at(1.0, 2, 3), 0, 0, 0);
  }

  @Test
  void anyValueCanBeDifferentiatedBy() {
    var y = x.mul(3);
    var gradients = Gradient.of(y.square().sum(), List.of(y, x, y));
    assertEquals(gradients.get(0), gradients.get(2));
    t.output("dy", gradients.get(0));
    t.output("dx", gradients.get(1));
    var results = t.graph().evaluate(List.of(NdArray.of(x.type(), 1, 2, 3)));
    assertArrayEquals(new double[] {6, 12, 18}, results.get(0).toDoubles());
    assertArrayEquals(new double[] {18, 36, 54}, results.get(1).toDoubles());
  }

  @Test
  void cotangentsOfSeveralOutputs() {
    var outputs = List.of(x.mul(2), x.square());
    var gradient = Gradient.of(outputs, List.of(x, x.filled(10)), List.of(x)).getFirst();
    t.output("d", gradient);
    var d = t.graph().evaluate(List.of(NdArray.of(x.type(), 1, 2, 3))).getFirst();
    assertArrayEquals(new double[] {22, 44, 66}, d.toDoubles());
  }

  @Test
  void whatHasNoGradientIsAnErrorAtTheUsersLine() {
    assertFails(
        "gradient: the loss is f64[3], not a scalar; take its sum()", () -> Gradient.of(x, x));
    var i = x.cast(DType.I32);
    assertFails("gradient: i32[3] is no float", () -> Gradient.of(x.sum(), i));
    assertFails("gradient: i32[] is no float", () -> Gradient.of(i.sum(), x));
    var two = List.of(x.sum());
    assertFails(
        "gradient: output f64[] has a cotangent f64[3]",
        () -> Gradient.of(two, List.of(x), List.of(x)));
  }

  private static void assertFails(String start, Executable code) {
    var e = assertThrows(GraphException.class, code);
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertTrue(e.getMessage().contains("(at GradientTest.java:"), e.getMessage());
  }

  @Test
  void gradientOfARandomGraphIsTheCentralDifference() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      long choices = random.nextLong();
      GradientCheck.of(
              "random graph", x -> randomGraph(x, new Random(choices)), dims(2, 3), dims(3))
          .run(seed);
    }
  }

  /// A dozen smooth operations on values picked at random; results stay of moderate size.
  private static Value randomGraph(List<Value> inputs, Random random) {
    var values = new ArrayList<>(inputs);
    for (int i = 0; i < 12; i++) {
      var a = values.get(random.nextInt(values.size()));
      var b = values.get(random.nextInt(values.size()));
      values.add(
          switch (random.nextInt(10)) {
            case 0 -> a.add(b);
            case 1 -> a.sub(b);
            case 2 -> a.mul(b).tanh();
            case 3 -> a.div(b.square().add(1));
            case 4 -> a.sigmoid();
            case 5 -> a.sin().mul(b.cos());
            case 6 -> a.sub(a.meanKeep(-1));
            case 7 -> a.reverse(-1);
            case 8 -> Nn.softmax(a);
            default -> Value.concat(-1, a.slice(-1, 1, 3), a.slice(-1, 0, 1));
          });
    }
    return values.stream().reduce(Value::add).orElseThrow();
  }

  @Test
  void isTheSameGraphEveryTime() {
    var check = GradientCheck.of("twice", x -> randomGraph(x, new Random(1)), dims(2, 3), dims(3));
    assertEquals(check.graph(), check.graph());
  }
}

package io.gatun.graph.dsl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ValueTest {
  private static final Shape SIX = Shape.of(2, 3);

  private final Tracer t = new Tracer();

  private Value counting(int... dims) {
    var type = TensorType.f32(dims);
    return t.constant(NdArray.of(type, i -> i));
  }

  private Value ints(DType dtype, double... values) {
    return t.constant(TensorType.of(dtype, values.length), values);
  }

  private static double[] evaluate(Value value) {
    var graph = value.builder().build(List.of(Output.of("y", value.node())));
    return graph.evaluate(List.of()).getFirst().toDoubles();
  }

  private static void assertValue(Value value, double... expected) {
    assertArrayEquals(expected, evaluate(value), 1e-6, value::toString);
  }

  @Test
  void operandsBroadcast() {
    var sum = counting(2, 1).mul(10).add(counting(3));
    assertEquals(SIX, sum.shape());
    assertValue(sum, 0, 1, 2, 10, 11, 12);
  }

  @Test
  void numbersTakeTheTensorsType() {
    assertEquals(DType.I32, ints(DType.I32, 1, 2).add(3).dtype());
    var e = assertThrows(GraphException.class, () -> ints(DType.I32, 1, 2).add(0.5));
    assertTrue(e.getMessage().startsWith("constant 0.5 is not of type i32"), e.getMessage());
  }

  @Test
  void differentElementTypesAreAnErrorAtTheUsersLine() {
    var x = t.input("x", TensorType.f32(2));
    var y = t.input("y", TensorType.of(DType.I64, 2));
    int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
    var e = assertThrows(GraphException.class, () -> x.add(y));
    assertEquals(
        "add: element types differ: f32[2] and i64[2]; cast one (at ValueTest.java:" + line + ")",
        e.getMessage());
  }

  @Test
  void shapesThatDoNotFitAreAnErrorAtTheUsersLine() {
    assertFails("add: f32[2] and f32[3] do not broadcast (at ", () -> counting(2).add(counting(3)));
    assertFails("matmul: operands do not fit", () -> counting(2, 3).matmul(counting(2, 3)));
    assertFails("matmul: wants matrices", () -> counting(2).matmul(counting(2, 3)));
    assertFails("reshape: f32[2] has no shape [3, -1]", () -> counting(2).reshape(3, -1));
    assertFails("sum: no axis 2 in f32[2]", () -> counting(2).sum(2));
    assertFails(
        "concat axis=0: f32[2,3] does not join",
        () -> Value.concat(0, counting(2), counting(2, 3)));
  }

  private static void assertFails(String start, Executable code) {
    var e = assertThrows(GraphException.class, code);
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertTrue(e.getMessage().contains("(at ValueTest.java:"), e.getMessage());
  }

  @Test
  void valuesOfTwoGraphsDoNotMix() {
    var x = t.input("x", TensorType.f32(2));
    var y = new Tracer().input("x", TensorType.f32(2));
    assertFails("add: operand %0:f32[2] belongs to another graph", () -> x.add(y));
  }

  @Test
  void movement() {
    var x = counting(2, 3);
    assertValue(x.transpose(), 0, 3, 1, 4, 2, 5);
    assertValue(x.permute(1, 0), 0, 3, 1, 4, 2, 5);
    assertEquals(Shape.of(3, 2), x.reshape(-1, 2).shape());
    assertEquals(Shape.of(2, 1, 3), x.expandDims(1).shape());
    assertEquals(SIX, x.expandDims(-1).squeeze(-1).shape());
    assertValue(x.slice(1, 0, 3, 2), 0, 2, 3, 5);
    assertValue(x.slice(-1, -2, -1), 1, 4);
    assertValue(x.index(0, -1), 3, 4, 5);
    assertValue(x.pad(1, 1, 0, 9), 9, 0, 1, 2, 9, 3, 4, 5);
    assertValue(x.reverse(0), 3, 4, 5, 0, 1, 2);
    assertValue(Value.concat(1, x.slice(1, 0, 1), x.slice(1, 2, 3)), 0, 2, 3, 5);
    assertEquals(Shape.of(2, 2, 3), Value.stack(1, x, x).shape());
  }

  @Test
  void pickingAndSorting() {
    var x = t.constant(TensorType.f32(2, 3), 5, 7, 6, 3, 1, 2);
    assertValue(x.take(ints(DType.I32, 2, 0), 1), 6, 5, 2, 3);
    assertValue(x.argmax(-1), 1, 0);
    assertValue(x.argmin(0), 1, 1, 1);
    assertValue(x.sort(1, false), 5, 6, 7, 1, 2, 3);
    var top = x.topK(2, 1);
    assertValue(top.values(), 7, 6, 3, 2);
    assertValue(top.indices(), 1, 2, 0, 2);
    assertValue(x.scatterAdd(ints(DType.I32, 0), counting(1, 3), 0), 5, 8, 8, 3, 1, 2);
    assertValue(ints(DType.U8, 2, 0).oneHot(3, DType.F32), 0, 0, 1, 1, 0, 0);
  }

  @Test
  void reductions() {
    var x = counting(2, 3);
    assertValue(x.sum(), 15);
    assertValue(x.mean(0), 1.5, 2.5, 3.5);
    assertEquals(Shape.of(2, 1), x.maxKeep(-1).shape());
    assertValue(x.variance(1), 2 / 3., 2 / 3.);
    assertValue(x.prod(0), 0, 4, 10);
  }

  @Test
  void logic() {
    var x = counting(4);
    assertValue(x.gt(1).and(x.lt(3)), 0, 0, 1, 0);
    assertValue(x.eq(2).not().select(x, x.neg()), 0, 1, -2, 3);
    assertValue(x.where(x.ge(2), -1), -1, -1, 2, 3);
    assertValue(x.clamp(1, 2), 1, 1, 2, 2);
    assertValue(x.ge(2).select(x.scalar(1), x.scalar(0)), 0, 0, 1, 1);
  }

  @Test
  void matmulBroadcastsLeadingAxes() {
    var a = counting(4, 1, 2, 3);
    assertEquals(Shape.of(4, 5, 2, 6), a.matmul(counting(5, 3, 6)).shape());
    assertEquals(Shape.of(4, 1, 2, 6), a.matmul(counting(3, 6)).shape());
    assertEquals(Shape.of(4, 1, 5, 3), counting(5, 2).matmul(a).shape());
    assertValue(counting(1, 2, 2).matmul(counting(2, 2)), 2, 3, 6, 11);
  }

  @Test
  void pooling() {
    var x = counting(1, 4, 4, 1);
    var window = Window.of(2, 2).withStride(2, 2);
    assertValue(x.maxPool(window), 5, 7, 13, 15);
    assertValue(x.averagePool(window), 2.5, 4.5, 10.5, 12.5);
    var padded = window.withPadding(List.of(1, 1), List.of(1, 1));
    assertValue(x.averagePool(padded), 0, 1.5, 3, 6, 7.5, 9, 12, 13.5, 15);
  }

  @Test
  void randomNumbers() {
    var key = t.scalar(DType.I64, 7);
    var uniform = evaluate(Value.uniform(key, t.scalar(DType.I64, 0), Shape.of(1000)));
    var normal = evaluate(Value.normal(key, t.scalar(DType.I64, 250), Shape.of(1000)));
    assertEquals(0.5, mean(uniform, x -> x), 0.05);
    assertEquals(0, mean(normal, x -> x), 0.1);
    assertEquals(1, mean(normal, x -> x * x), 0.15);
  }

  private static double mean(double[] values, Function<Double, Double> f) {
    double sum = 0;
    for (double value : values) sum += f.apply(value);
    return sum / values.length;
  }

  @Test
  void equalCallsOfACompositeAreOneValue() {
    var x = counting(1, 4, 4, 1);
    var pooled = x.maxPool(Window.of(2, 2));
    assertSame(pooled.node(), x.maxPool(Window.of(2, 2)).node());
    assertNotEquals(pooled, x.maxPool(Window.of(2, 1)));
  }

  @Test
  void updatesOverwriteInputs() {
    var w = t.input("w", TensorType.f32(2));
    assertFails("update: f32[2] is not an input", () -> t.update(w.neg(), w));
    assertFails("update of \"w\": f32[2] becomes f32[]", () -> t.update(w, w.sum()));
    t.update(w, w.mul(0.5));
    assertFails("two outputs are named \"w\"", () -> t.output("w", w));
    assertSame(w.node(), t.graph().outputs().getFirst().updates().orElseThrow());
  }
}

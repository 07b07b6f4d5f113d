package io.gatun.graph.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.SampleArrays;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Where doubles, clamps and wraps could go wrong; the fixtures cover the rest.
class ReferenceValueTest {
  private static final long BIG = (1L << 60) + 1;

  private static NdArray longs(DType dtype, Shape shape, long... values) {
    return NdArray.ofLongs(new TensorType(dtype, shape), values);
  }

  private static NdArray of(Op op, NdArray... operands) {
    return op.evaluate(List.of(operands));
  }

  @Test
  void longsBeyondADoubleStayExact() {
    var shape = Shape.of(1, 2, 1);
    var x = longs(DType.I64, shape, BIG, 3);
    var ones = longs(DType.I64, Shape.of(2, 1, 1), 1, 1);
    var window = Window.of(2);
    assertEquals(BIG + 3, of(new Conv(window, 1), x, ones).longAt(0));
    var dy = longs(DType.I64, Shape.of(1, 1, 1), BIG);
    assertEquals(BIG, of(new ConvGradInput(window, 1, shape), dy, ones).longAt(1));
    var filter = new ConvGradFilter(window, 1, Shape.of(2, 1, 1));
    assertEquals(BIG * 3, of(filter, x, dy).longAt(1));
    var windows = of(new Windows(window, 0), x);
    assertEquals(BIG, of(new FoldWindows(window, shape), windows).longAt(0));
    var flat = longs(DType.I64, Shape.of(2), BIG, BIG - 1);
    var index = longs(DType.I32, Shape.of(2), 1, 1);
    assertArrayEquals(
        new long[] {BIG, 3 * BIG - 2}, of(new ScatterAdd(0, false), flat, index, flat).toLongs());
    assertArrayEquals(new long[] {1, 0}, of(new ArgSort(0, false), flat).toLongs());
    assertEquals(1, of(new Reduce(Reduce.Kind.ARGMIN, List.of(0), false), flat).longAt(0));
    assertEquals(BIG, of(new Reduce(Reduce.Kind.MAX, List.of(0), false), flat).longAt(0));
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void anEmptyMaximumIsTheLeastValueAndPadsSaturateToIt(DType dtype) {
    var empty = NdArray.of(TensorType.of(dtype, 0));
    double least = of(new Reduce(Reduce.Kind.MAX, List.of(0), false), empty).at(0);
    var pad = new Pad(List.of(1), List.of(0), List.of(0), Double.NEGATIVE_INFINITY);
    assertEquals(least, of(pad, empty).at(0));
    var one = NdArray.of(TensorType.of(dtype, 1, 1, 1), 1);
    var windows = new Windows(Window.of(1).withPadding(List.of(1), List.of(0)), least);
    assertEquals(least, of(windows, one).at(0));
  }

  @Test
  void indicesAreClamped() {
    var x = longs(DType.I32, Shape.of(3), 10, 20, 30);
    var indices = longs(DType.I64, Shape.of(3), Long.MIN_VALUE, 1, Long.MAX_VALUE);
    assertArrayEquals(new long[] {10, 20, 30}, of(new Gather(0, false), x, indices).toLongs());
    var none = TensorType.of(DType.F32, 0);
    var gather = new Gather(0, true);
    var type = TensorType.of(DType.I32, 2);
    assertThrows(GraphException.class, () -> gather.infer(List.of(none, type)));
  }

  @Test
  void dimensionsThatOverflowAreRefused() {
    int most = Integer.MAX_VALUE;
    var x = TensorType.f32(most);
    var one = List.of(1);
    var zero = List.of(0);
    refused(new Pad(one, one, zero, 0), x);
    refused(new Pad(zero, zero, List.of(most), 0), x);
    refused(new Concat(0), x, x);
    var image = TensorType.f32(1, most, 1);
    refused(new Windows(Window.of(1).withPadding(List.of(most), List.of(most)), 0), image);
    refused(new Windows(Window.of(most).withDilation(most), 0), image);
    refused(new Conv(Window.of(), 1 << 16), TensorType.f32(1, 0), TensorType.f32(1 << 16, 1 << 16));
    var step = new Slice(one, List.of(5), List.of(most));
    assertEquals(TensorType.f32(1), step.infer(List.of(TensorType.f32(5))));
  }

  private static void refused(Op op, TensorType... types) {
    assertThrows(GraphException.class, () -> op.infer(List.of(types)), op::text);
  }

  @Test
  void nodesOfAnotherGraphAreRefused() {
    var type = TensorType.f32();
    var exp = new Unary(Unary.Kind.EXP);
    var builder = new GraphBuilder();
    builder.add(exp, builder.add(new Input("x", type)));
    var other = new GraphBuilder().add(new Input("x", type));
    assertThrows(GraphException.class, () -> builder.add(exp, other));
    assertThrows(GraphException.class, () -> builder.build(List.of(Output.of("y", other))));
  }

  /// 570 million products; a reference that allocates for each takes minutes.
  @Test
  void aConvolutionOfOrdinarySizeTakesSeconds() {
    var x = SampleArrays.random(TensorType.f32(8, 64, 64, 32), 1);
    var w = SampleArrays.random(TensorType.f32(3, 3, 32, 64), 2);
    var conv = new Conv(Window.of(3, 3), 1);
    var y = assertTimeout(Duration.ofSeconds(60), () -> of(conv, x, w));
    assertEquals(Shape.of(8, 62, 62, 64), y.type().shape());
  }
}

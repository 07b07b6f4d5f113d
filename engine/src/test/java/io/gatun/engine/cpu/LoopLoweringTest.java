package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopLoweringTest {
  private static Value f32(Tracer t, String name, int... dims) {
    return t.input(name, TensorType.f32(dims));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 33, 127, 1000, 4098})
  void mapsOfEverySize(int n) {
    LoopHarness.check(
        n,
        t -> {
          var x = f32(t, "x", n);
          t.output("y", Nn.geluTanh(x.add(f32(t, "b", n))).mul(f32(t, "g", n)).add(x));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 33, 127, 1000, 4098})
  void rowsOfEverySize(int n) {
    LoopHarness.check(n, t -> t.output("y", Nn.softmax(f32(t, "x", 3, n))));
    LoopHarness.check(
        n,
        t -> t.output("y", Nn.layerNorm(f32(t, "x", 5, n), f32(t, "g", n), f32(t, "b", n), 1e-5)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 33, 127, 1000, 4098})
  void columnsOfEverySize(int n) {
    LoopHarness.check(n, t -> t.output("y", f32(t, "x", 7, n).sum(0)));
    LoopHarness.check(n, t -> t.output("y", f32(t, "x", n, 6).sum(0)));
    LoopHarness.check(n, t -> t.output("y", f32(t, "x", n, 5).add(f32(t, "b", 5))));
  }

  @ParameterizedTest
  @EnumSource(Reduce.Kind.class)
  void foldsOfEveryType(Reduce.Kind kind) {
    for (DType dtype : DType.values()) {
      if (dtype == DType.BOOL && (kind == Reduce.Kind.SUM || kind == Reduce.Kind.PROD)) continue;
      for (int axis = 0; axis < 3; axis++) {
        var reduce = new Reduce(kind, List.of(axis), false);
        LoopHarness.check(
            axis, t -> t.output("y", t.input("x", TensorType.of(dtype, 3, 37, 21)).apply(reduce)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void castsOfEveryType(DType to) {
    for (DType from : DType.values()) {
      if (from == to) continue;
      LoopHarness.check(
          1, t -> t.output("y", t.input("x", TensorType.of(from, 77)).apply(new Cast(to))));
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void unariesOfEveryType(DType dtype) {
    for (Unary.Kind kind : Unary.Kind.values()) {
      var type = TensorType.of(dtype, 45);
      if (!accepts(type, kind) || isIdentity(dtype, kind)) continue;
      LoopHarness.check(2, t -> t.output("y", t.input("x", type).apply(new Unary(kind))));
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void binariesOfEveryType(DType dtype) {
    for (Binary.Kind kind : Binary.Kind.values()) {
      var type = TensorType.of(dtype, 300);
      if (!accepts(type, kind)) continue;
      LoopHarness.check(
          3, t -> t.output("z", t.input("x", type).apply(new Binary(kind), t.input("y", type))));
    }
  }

  private static boolean isIdentity(DType dtype, Unary.Kind kind) {
    return !dtype.isFloat()
        && List.of(Unary.Kind.FLOOR, Unary.Kind.CEIL, Unary.Kind.ROUND).contains(kind);
  }

  private static boolean accepts(TensorType type, Unary.Kind kind) {
    try {
      new Unary(kind).infer(List.of(type));
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static boolean accepts(TensorType type, Binary.Kind kind) {
    try {
      new Binary(kind).infer(List.of(type, type));
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Test
  void movements() {
    LoopHarness.check(1, t -> t.output("y", f32(t, "x", 37, 45).permute(1, 0)));
    LoopHarness.check(2, t -> t.output("y", f32(t, "x", 3, 5, 67).permute(2, 0, 1).exp()));
    LoopHarness.check(3, t -> t.output("y", f32(t, "x", 12, 50).reverse(1)));
    LoopHarness.check(
        4, t -> t.output("y", Value.concat(1, f32(t, "x", 4, 30), f32(t, "y", 4, 21))));
    LoopHarness.check(
        5,
        t ->
            t.output(
                "y", Nn.embedding(f32(t, "x", 9, 20), t.input("i", TensorType.of(DType.I32, 7)))));
    LoopHarness.check(
        6, t -> t.output("y", f32(t, "x", 6, 10, 4).permute(1, 0, 2).reshape(10, 24).neg()));
  }

  /// Parts of equal width are computed side by side and stored to their places.
  @Test
  void bands() {
    for (int axis : new int[] {0, 1}) {
      LoopHarness.check(
          axis,
          t -> {
            Value x = f32(t, "x", 32, 48);
            Value y = f32(t, "y", 32, 48);
            t.output("z", Value.concat(axis, x.exp(), y.neg(), x.mul(y)));
          });
    }
    // Gradients of slices: a sum of padded parts, the last one of another width.
    LoopHarness.check(
        2,
        t -> {
          Value x = f32(t, "x", 5, 32).pad(1, 0, 64, 0);
          Value y = f32(t, "y", 5, 16).pad(1, 32, 48, 0);
          Value z = f32(t, "z", 5, 48).pad(1, 48, 0, 1);
          t.output("sum", x.add(y).add(z));
        });
  }

  @Test
  void random() {
    for (int n : new int[] {5, 64, 1001}) {
      LoopHarness.check(
          n,
          t -> {
            var key = t.input("key", TensorType.of(DType.I64));
            var counter = t.input("counter", TensorType.of(DType.I64));
            t.output("u", Value.uniform(key, counter, Shape.of(n)));
            t.output("v", Value.uniform(key, counter, Shape.of(n, 3)).add(f32(t, "x", n, 3)));
          });
    }
  }

  @Test
  void longSums() {
    LoopHarness.check(1, t -> t.output("y", f32(t, "x", 300_001).sum()));
    LoopHarness.check(2, t -> t.output("y", f32(t, "x", 30_001, 3).sum(0)));
    LoopHarness.check(3, t -> t.output("y", f32(t, "x", 50, 3, 300).sum(0, 2)));
  }

  @Test
  void largeOutputs() {
    LoopHarness.check(1, t -> t.output("y", f32(t, "x", 3, 1 << 22).mul(2)));
  }

  @Test
  void emptyArrays() {
    LoopHarness.check(1, t -> t.output("y", f32(t, "x", 3, 0).exp()));
    LoopHarness.check(2, t -> t.output("y", f32(t, "x", 3, 0).sum(1)));
    LoopHarness.check(3, t -> t.output("y", f32(t, "x", 0, 3).max(0)));
    LoopHarness.check(4, t -> t.output("y", f32(t, "x", 0, 3).max(1)));
  }

  @Test
  void scalars() {
    LoopHarness.check(1, t -> t.output("y", f32(t, "x").exp().add(1)));
  }

  @ParameterizedTest
  @EnumSource(Reduce.Kind.class)
  void foldsOfSpecialValues(Reduce.Kind kind) {
    var type = TensorType.f32(4, 40);
    double[] special = {
      Double.NEGATIVE_INFINITY, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    for (int axis = 0; axis < 2; axis++) {
      var reduce = new Reduce(kind, List.of(axis), false);
      var kernel =
          LoopHarness.kernels(t -> t.output("y", t.input("x", type).apply(reduce))).getFirst();
      // Row 0 is all -infinity, the others hold one special value.
      var x = NdArray.of(type, i -> i < 40 || i % 40 == 23 ? special[i / 40] : i % 7);
      LoopHarness.check(
          axis, kernel, List.of(x, NdArray.of(kernel.buffers().get(1).type(), _ -> 0)));
    }
  }

  @Test
  void updatesInPlace() {
    var type = TensorType.f32(100);
    var kernel = LoopHarness.kernels(t -> t.output("y", t.input("x", type).mul(3))).getFirst();
    var module = new IrModule();
    LoopLowering.lower(module, "k", kernel, new int[] {5, 5}, 64);
    // One array is one parameter: two noalias pointers to it would be wrong.
    assertFalse(module.text().contains("%b1"));
  }
}

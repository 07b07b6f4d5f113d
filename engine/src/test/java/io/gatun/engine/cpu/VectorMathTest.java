package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Errors of the elementary functions against double precision, over all exponents.
class VectorMathTest {
  private static final int PER_EXPONENT = 300;
  private static final double BOUND = 2.5;

  @ParameterizedTest
  @EnumSource(
      value = Unary.Kind.class,
      names = {"EXP", "EXPM1", "LOG", "LOG1P", "SIN", "COS", "TANH", "SIGMOID", "ERF"})
  void errors(Unary.Kind kind) {
    float[] x = samples();
    for (int vectorBytes : new int[] {HostCpu.current().vectorBytes(), 32}) {
      double worst = worst(kind, x, vectorBytes);
      assertTrue(worst <= BOUND, () -> kind + " is wrong by " + worst + " ulp");
    }
  }

  static double worst(Unary.Kind kind, float[] x, int vectorBytes) {
    var type = TensorType.f32(x.length);
    var kernel =
        LoopHarness.kernels(t -> t.output("y", t.input("x", type).apply(new Unary(kind))))
            .getFirst();
    var contents = List.of(NdArray.of(type, i -> x[i]), NdArray.of(type, _ -> 0));
    NdArray y = LoopHarness.run(kernel, contents, vectorBytes).get(1);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double error = ulps((float) y.at(i), kind.apply((double) x[i]));
      if (error > worst) worst = error;
    }
    return worst;
  }

  /// Distance in units of the last place of the float next to `wanted`.
  private static double ulps(float actual, double wanted) {
    if (Double.isNaN(wanted)) return Float.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
    float nearest = (float) wanted;
    if (nearest == actual) return 0;
    if (Float.isInfinite(nearest) || !Float.isFinite(actual)) {
      boolean atTheEdge =
          Math.abs(wanted) > Float.MAX_VALUE / 2.0
              && Math.abs((double) actual) > Float.MAX_VALUE / 2.0;
      return atTheEdge ? 1 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(actual - wanted) / Math.ulp(nearest);
  }

  static float[] samples() {
    var random = new Random(7);
    var x = new ArrayList<Float>();
    for (int exponent = 0; exponent <= 255; exponent++) {
      for (int i = 0; i < PER_EXPONENT; i++) {
        int mantissa = i == 0 ? 0 : i == 1 ? 0x7fffff : random.nextInt(1 << 23);
        int bits = exponent << 23 | mantissa;
        x.add(Float.intBitsToFloat(bits));
        x.add(Float.intBitsToFloat(bits | 1 << 31));
      }
    }
    // Where the functions change fastest.
    for (int i = 0; i < 100_000; i++) x.add(random.nextFloat() * 220 - 110);
    for (int i = 0; i < 100_000; i++) x.add((float) random.nextGaussian());
    float[] values = new float[x.size()];
    for (int i = 0; i < values.length; i++) values[i] = x.get(i);
    return values;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F64"})
  void powers(DType dtype) {
    double[] special = {
      0,
      -0.0,
      1,
      -1,
      2,
      -2,
      0.5,
      -0.5,
      3,
      -3,
      2.5,
      1e30,
      -1e30,
      1e-30,
      101,
      -101,
      16777216,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };
    int n = special.length;
    var type = TensorType.of(dtype, n * n + 50_000);
    var random = new Random(3);
    var x =
        NdArray.of(type, i -> i < n * n ? special[i / n] : Math.exp(random.nextGaussian()))
            .rounded();
    var y =
        NdArray.of(type, i -> i < n * n ? special[i % n] : 10 * random.nextGaussian()).rounded();
    var pow = new Binary(Binary.Kind.POW);
    var kernel =
        LoopHarness.kernels(t -> t.output("z", t.input("x", type).apply(pow, t.input("y", type))))
            .getFirst();
    var contents = List.of(x, y, NdArray.of(type, _ -> 0));
    NdArray z = LoopHarness.run(kernel, contents, HostCpu.current().vectorBytes()).get(2);
    for (int i = 0; i < type.size(); i++) {
      double wanted = pow.kind().apply(x.at(i), y.at(i));
      double actual = z.at(i);
      boolean close =
          dtype == DType.F32
              ? ulps((float) actual, wanted) <= 1
              : Double.compare(actual, wanted) == 0
                  || Math.abs(actual - wanted) <= 2 * Math.ulp(wanted);
      int at = i;
      assertTrue(close, () -> x.at(at) + " ^ " + y.at(at) + " is " + actual + ", wanted " + wanted);
    }
  }
}

package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementKernelsTest {
  private static float[] numbers(int count, ElementType type, long seed) {
    var x = Numbers.normal(count, seed);
    if (count > 9) {
      x[1] = Float.NaN;
      x[2] = Float.POSITIVE_INFINITY;
      x[9] = -0f;
    }
    return Numbers.rounded(x, type);
  }

  @ParameterizedTest
  @CsvSource({"1, BF16", "2, F16", "31, BF16", "33, F16", "1000, BF16", "4098, F16"})
  void narrowArithmetic(int count, ElementType type) {
    check("add", count, type, (a, b) -> a + b);
    check("multiply", count, type, (a, b) -> a * b);
    check("relu", count, type, (a, _) -> a < 0 ? 0 : a);
    check("silu", count, type, (a, _) -> a / (1 + Math.exp(-a)));
    check("swiglu", count, type, (a, b) -> a / (1 + Math.exp(-a)) * b);
    check("gelu", count, type, (a, _) -> a * normalCdf(a));
  }

  /// By a power series: P(N(0, 1) <= x).
  private static double normalCdf(double x) {
    if (!(Math.abs(x) < 8)) return Double.isNaN(x) ? x : x < 0 ? 0 : 1;
    double term = x;
    double sum = x;
    for (int k = 1; k < 200; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  private static void check(String operation, int count, ElementType type, DoubleBinaryOperator f) {
    var a = numbers(count, type, 1);
    var b = numbers(count, type, 2);
    var want = new double[count];
    for (int i = 0; i < count; i++) want[i] = f.applyAsDouble(a[i], b[i]);
    try (var trial = KernelTrial.watched(0).in("a", type, a).in("b", type, b)) {
      trial.out("y", type, count).run(operation, type, Sizes.count(count));
      trial.expect("y", type, want, 0, operation);
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, BF16", "F32, F16", "BF16, F32", "F16, F32", "BF16, F16", "F16, BF16"})
  void castsRoundToNearestEven(ElementType from, ElementType to) {
    for (int count : new int[] {1, 7, 8, 33, 1000}) {
      var a = numbers(count, from, count);
      try (var trial = KernelTrial.watched(0).in("a", from, a).out("y", to, count)) {
        trial.run("cast_" + to.text(), from, Sizes.count(count));
        assertArrayEquals(Numbers.rounded(a, to), trial.floats("y", to));
      }
    }
  }
}

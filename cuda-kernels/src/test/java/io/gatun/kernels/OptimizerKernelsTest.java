package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gatun.cuda.Argument;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerKernelsTest {
  private static final ElementType F32 = ElementType.F32;
  private static final int[] TENSORS = {1, 33, 4098, 127};
  private static final float CLIP = 0.5f;
  private static final OptimizerNumbers NUMBERS =
      new OptimizerNumbers(
          0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 1 / (1 - 0.81f), 1 / (1 - 0.9801f), 0.25f);

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "nesterov", "rmsprop", "adam", "adamw"})
  void oneStepOverManyTensors(String rule) {
    var chunks = new ArrayList<ParameterChunk>();
    boolean first = !rule.equals("rmsprop");
    boolean second = rule.startsWith("adam") || rule.equals("rmsprop");
    try (var trial = KernelTrial.watched(0)) {
      var want = new ArrayList<double[][]>();
      long total = 0;
      for (int t = 0; t < TENSORS.length; t++) {
        int count = TENSORS[t];
        var p = Numbers.normal(count, 10 + t);
        var g = Numbers.normal(count, 20 + t);
        var m = Numbers.normal(count, 30 + t);
        var v = Numbers.normal(count, 40 + t);
        for (int i = 0; i < count; i++) v[i] = Math.abs(v[i]);
        want.add(step(rule, p, g, m, v));
        trial.in("p" + t, F32, p).in("g" + t, F32, g).in("m" + t, F32, m).in("v" + t, F32, v);
        trial.out("copy" + t, ElementType.BF16, count);
        chunks.add(
            new ParameterChunk(
                trial.address("p" + t),
                trial.address("g" + t),
                first ? trial.address("m" + t) : 0,
                second ? trial.address("v" + t) : 0,
                t == 2 ? 0 : trial.address("copy" + t),
                count));
        total += count;
      }
      trial.in("chunks", ParameterChunk.table(chunks)).in("numbers", F32, NUMBERS.values());
      trial.in("clip", F32, CLIP);
      trial.run(rule, F32, Sizes.count(total).with("chunks", chunks.size()));
      for (int t = 0; t < TENSORS.length; t++) {
        trial.expect("p" + t, F32, want.get(t)[0], 1e-6, rule);
        if (first) trial.expect("m" + t, F32, want.get(t)[1], 1e-6, rule);
        if (second) trial.expect("v" + t, F32, want.get(t)[2], 1e-6, rule);
        if (t == 2) continue;
        var copy = Numbers.rounded(trial.floats("p" + t, F32), ElementType.BF16);
        assertArrayEquals(copy, trial.floats("copy" + t, ElementType.BF16));
      }
    }
  }

  /// The new parameters and moments.
  private static double[][] step(String rule, float[] p, float[] g, float[] m, float[] v) {
    var result = new double[3][p.length];
    double b1 = NUMBERS.decay1();
    double b2 = NUMBERS.decay2();
    for (int i = 0; i < p.length; i++) {
      double gradient = g[i] * CLIP * NUMBERS.scale();
      if (!rule.equals("adamw")) gradient += (double) NUMBERS.weightDecay() * p[i];
      double first = b1 * m[i] + (rule.startsWith("adam") ? 1 - b1 : 1) * gradient;
      double squares = rule.equals("rmsprop") ? b1 : b2;
      double second = squares * v[i] + (1 - squares) * gradient * gradient;
      double change =
          switch (rule) {
            case "sgd" -> first;
            case "nesterov" -> gradient + b1 * first;
            case "rmsprop" -> gradient / (Math.sqrt(second) + NUMBERS.epsilon());
            default ->
                first
                    * NUMBERS.correction1()
                    / (Math.sqrt(second * NUMBERS.correction2()) + NUMBERS.epsilon());
          };
      if (rule.equals("adamw")) change += (double) NUMBERS.weightDecay() * p[i];
      result[0][i] = p[i] - NUMBERS.rate() * change;
      result[1][i] = first;
      result[2][i] = second;
    }
    return result;
  }

  @Test
  void splitsLongTensors() {
    var chunks = new ParameterChunk(1000, 2000, 0, 3000, 4000, 100_000).split();
    assertEquals(2, chunks.size());
    var rest = ParameterChunk.MOST;
    assertEquals(
        new ParameterChunk(
            1000 + 4 * rest, 2000 + 4 * rest, 0, 3000 + 4 * rest, 4000 + 2 * rest, 100_000 - rest),
        chunks.getLast());
  }

  @Test
  void normAndClipOfAllGradients() {
    checkNorm(1f, 2f, false);
    checkNorm(0.5f, 1e6f, false);
    checkNorm(1f, 0f, false);
    checkNorm(1f, 2f, true);
  }

  private static void checkNorm(float scale, float limit, boolean infinite) {
    try (var trial = KernelTrial.watched(0)) {
      var chunks = new ArrayList<GradientChunk>();
      double squares = 0;
      for (int t = 0; t < TENSORS.length; t++) {
        var g = Numbers.normal(TENSORS[t], t);
        if (infinite && t == 1) g[5] = Float.POSITIVE_INFINITY;
        for (float value : g) squares += (double) value * value;
        trial.in("g" + t, F32, g);
        chunks.add(new GradientChunk(trial.address("g" + t), TENSORS[t]));
      }
      var sizes = Sizes.count(4259).with("chunks", TENSORS.length);
      trial.in("chunks", GradientChunk.table(List.copyOf(chunks))).in("scale", F32, scale);
      trial.out("parts", ElementType.F64, TENSORS.length).out("result", F32, 3);
      trial.run("gradient_norm_parts", F32, sizes);
      trial.with("limit", new Argument.Float(limit));
      trial.run("gradient_norm", F32, Sizes.count(TENSORS.length));
      var result = trial.floats("result", F32);
      double norm = Math.sqrt(squares) * scale;
      assertEquals(infinite ? 1 : 0, result[2]);
      if (infinite) {
        assertFalse(Float.isFinite(result[0]));
        return;
      }
      assertEquals(norm, result[0], 1e-5 * norm);
      assertEquals(limit > 0 && norm > limit ? limit / norm : 1, result[1], 1e-5);
    }
  }
}

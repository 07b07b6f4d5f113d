package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /// Logarithms of 1, 2, 4, 8, 1 sixteenths.
  private static final float[] LOGITS = {0, 0.6931472f, 1.3862944f, 2.0794415f, 0};

  private static double[] frequencies(Sampler sampler) {
    double[] counts = new double[LOGITS.length];
    for (int i = 0; i < 20_000; i++) counts[sampler.choose(LOGITS)] += 1 / 20_000.0;
    return counts;
  }

  @Test
  void greedyTakesTheFirstOfTheLikeliest() {
    assertEquals(3, Sampler.greedy().choose(LOGITS));
    assertEquals(1, Sampler.greedy().choose(new float[] {-1, 2, 2, 1}));
  }

  @Test
  void drawsAsOftenAsTheProbabilitiesSay() {
    double[] found = frequencies(Sampler.of(1, 0, 1, 1));
    for (int i = 0; i < LOGITS.length; i++) {
      assertEquals(Math.exp(LOGITS[i]) / 16, found[i], 0.015, "token " + i);
    }
  }

  @Test
  void theTemperatureSharpens() {
    assertEquals(64 / 87.0, frequencies(Sampler.of(0.5, 0, 1, 2))[3], 0.015);
  }

  @Test
  void topKLeavesTheLikeliest() {
    double[] found = frequencies(Sampler.of(1, 2, 1, 3));
    assertEquals(8 / 12.0, found[3], 0.015);
    assertEquals(4 / 12.0, found[2], 0.015);
    assertEquals(1, found[2] + found[3], 1e-9);
  }

  @Test
  void topPLeavesSoManyThatTheSumIsReached() {
    assertEquals(1, frequencies(Sampler.of(1, 0, 0.5, 4))[3], 1e-9);
    double[] found = frequencies(Sampler.of(1, 0, 0.51, 5));
    assertEquals(8 / 12.0, found[3], 0.015);
    assertEquals(1, found[2] + found[3], 1e-9);
  }

  @Test
  void ordersLogitsOfBothSigns() {
    float[] logits = {-3, 0.5f, -0.5f, 2, -Float.MAX_VALUE, 1.5f};
    var drawn = new TreeSet<Integer>();
    var sampler = Sampler.of(100, 4, 1, 7);
    for (int i = 0; i < 200; i++) drawn.add(sampler.choose(logits));
    assertEquals(Set.of(1, 2, 3, 5), drawn);
  }

  @Test
  void aSeedRepeats() {
    var one = Sampler.of(1, 0, 0.9, 6);
    var other = Sampler.of(1, 0, 0.9, 6);
    for (int i = 0; i < 50; i++) assertEquals(one.choose(LOGITS), other.choose(LOGITS));
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    var wrong = assertThrows(IllegalArgumentException.class, () -> Sampler.of(1, 0, 1.5, 0));
    assertTrue(wrong.getMessage().contains("top-p"), wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Sampler.of(-1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Sampler.of(Double.NaN, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Sampler.of(1, -1, 1, 0));
  }
}

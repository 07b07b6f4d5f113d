package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ReduceLearningRateOnPlateauTest {
  private static final ReduceLearningRateOnPlateau HALVING =
      ReduceLearningRateOnPlateau.on(Monitor.validationLoss()).withFactor(0.5).withPatience(2);

  private static double rateAfter(Callback callback, double... losses) {
    var learner = new CountingLearner();
    learner.setLearningRate(1);
    Runs.epochs(callback, learner, losses);
    return learner.learningRate();
  }

  @Test
  void lowersAfterPatience() {
    assertEquals(1, rateAfter(HALVING, 3, 2, 2));
    assertEquals(0.5, rateAfter(HALVING, 3, 2, 2, 2));
    assertEquals(1, rateAfter(HALVING, 3, 2, 2, 1, 1));
    assertEquals(0.25, rateAfter(HALVING, 3, 2, 2, 2, 2, 2));
  }

  @Test
  void cooldownEpochsDoNotCount() {
    assertEquals(0.5, rateAfter(HALVING.withCooldown(1), 3, 2, 2, 2, 2, 2));
    assertEquals(0.25, rateAfter(HALVING.withCooldown(1), 3, 2, 2, 2, 2, 2, 2));
  }

  @Test
  void neverBelowTheLeastRate() {
    assertEquals(0.4, rateAfter(HALVING.withLeastRate(0.4), 3, 3, 3, 3, 3, 3, 3));
  }

  @Test
  void factorsThatDoNotReduceAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> HALVING.withFactor(1));
  }
}

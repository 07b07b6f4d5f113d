package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.train.LearningRateFinder.Point;
import io.gatun.engine.train.LearningRateFinder.Sweep;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest {
  /// Losses over rates 10^-7, 10^-6.9 ...
  private static Sweep sweep(double... losses) {
    return new Sweep(
        IntStream.range(0, losses.length)
            .mapToObj(i -> new Point(Math.pow(10, -7 + i / 10.0), losses[i], losses[i]))
            .toList());
  }

  @Test
  void suggestsTheSteepestDescent() {
    double[] losses = new double[60];
    for (int i = 0; i < 60; i++) losses[i] = 1 / (1 + Math.exp((i - 30) / 4.0)); // steepest at 30
    assertEquals(1e-4, sweep(losses).suggestion(), 2.6e-5);
  }

  @Test
  void endsAreNotCounted() {
    double[] losses = new double[40];
    for (int i = 0; i < 40; i++) losses[i] = 5 - 0.01 * i;
    losses[0] = 100; // within the first tenth
    losses[39] = 0; // within the last five
    losses[20] = 4.7; // a tenth of the points after point 16
    assertEquals(Math.pow(10, -7 + 1.6), sweep(losses).suggestion(), 1e-12);
  }

  @Test
  void noiseDoesNotDecide() {
    for (long seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      double[] losses = new double[80];
      for (int i = 0; i < 80; i++) {
        losses[i] = 1 / (1 + Math.exp((i - 50) / 5.0)) + 0.03 * random.nextGaussian();
      }
      double rate = sweep(losses).suggestion();
      assertEquals(-2, Math.log10(rate), 0.75, "seed " + seed);
    }
  }

  @Test
  void tooFewPointsAreTold() {
    assertThrows(IllegalStateException.class, () -> sweep(1, 2, 3, 4, 5, 6).suggestion());
  }

  @Test
  void ratesGrowExponentiallyAndTheStateComesBack() {
    var learner = new CountingLearner();
    var options = FitOptions.epochs(1).withBatchSize(4);
    Trainer.fit(learner, TrainerTest.upTo(10), options, 0);
    learner.setLearningRate(0.25);
    var finder = LearningRateFinder.of().withRange(1e-4, 1).withSteps(5).withSmoothing(0);
    var sweep = finder.sweep(learner, TrainerTest.upTo(10), 4, 0);
    var rates = sweep.points().stream().map(Point::rate).toList();
    for (int i = 0; i < 5; i++) assertEquals(Math.pow(10, i - 4), rates.get(i), 1e-12);
    assertEquals(0.25, learner.learningRate());
    assertEquals(3, learner.steps());
    assertEquals(1, learner.epochs());
  }

  @Test
  void endsWhereTheLossDiverges() {
    var data = TrainerTest.ofValues(4, 2, 1, 3, 4.5, 0.5);
    var finder = LearningRateFinder.of().withSteps(6).withSmoothing(0);
    for (long seed = 0; seed < 20; seed++) {
      var learner = new CountingLearner();
      var points = finder.sweep(learner, data, 1, seed).points();
      double lowest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < points.size(); i++) {
        double loss = points.get(i).loss();
        assertEquals(loss > 4 * lowest || i == 5, i == points.size() - 1, "seed " + seed);
        lowest = Math.min(lowest, loss);
      }
    }
  }

  @Test
  void settingsAreChecked() {
    var finder = LearningRateFinder.of();
    assertThrows(IllegalArgumentException.class, () -> finder.withRange(1, 1));
    assertThrows(IllegalArgumentException.class, () -> finder.withSteps(1));
    assertThrows(IllegalArgumentException.class, () -> finder.withSmoothing(1));
  }
}

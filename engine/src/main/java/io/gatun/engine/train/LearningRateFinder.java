package io.gatun.engine.train;

import java.util.ArrayList;
import java.util.List;

/// The test for a range of learning rates: trains with a rate that grows exponentially from step to
/// step, and watches the loss (Smith 2017, Cyclical Learning Rates for Training Neural Networks,
/// section 3.3; range, steps and end as in fastai). Afterwards the learner is what it was
/// before, to the bit. A schedule would multiply these rates, and gathering gradients over batches
/// would leave steps without an update: sweep with a model that is compiled without them.
///
/// @param least rate of the first step
/// @param greatest rate of the last step, if the loss allows
/// @param steps at most
/// @param smoothing of the loss: weight of the past in its moving average
/// @param divergence ends the sweep when the smoothed loss exceeds the least one by this factor
public record LearningRateFinder(
    double least, double greatest, int steps, double smoothing, double divergence) {
  public LearningRateFinder {
    if (!(least > 0 && least < greatest && Double.isFinite(greatest))) {
      throw new IllegalArgumentException("learning rates from " + least + " to " + greatest);
    }
    if (steps < 2) throw new IllegalArgumentException("steps: " + steps + " < 2");
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("smoothing: " + smoothing + " is not in [0, 1)");
    }
    if (!(divergence > 1)) throw new IllegalArgumentException("divergence: " + divergence);
  }

  /// From 1e-7 to 10 in 100 steps, smoothed by 0.9, until four times the least loss. Smoothing lags
  /// behind the loss: with more the suggestion is too high.
  public static LearningRateFinder of() {
    return new LearningRateFinder(1e-7, 10, 100, 0.9, 4);
  }

  public LearningRateFinder withRange(double from, double to) {
    return new LearningRateFinder(from, to, steps, smoothing, divergence);
  }

  public LearningRateFinder withSteps(int number) {
    return new LearningRateFinder(least, greatest, number, smoothing, divergence);
  }

  public LearningRateFinder withSmoothing(double weight) {
    return new LearningRateFinder(least, greatest, steps, weight, divergence);
  }

  /// One step.
  ///
  /// @param loss of its batch, before the step
  /// @param smoothed moving average of the losses, corrected for its start
  public record Point(double rate, double loss, double smoothed) {}

  /// What was found.
  public record Sweep(List<Point> points) {
    private static final int LAST_IGNORED = 5;

    public Sweep {
      points = List.copyOf(points);
    }

    /// The rate at which the smoothed loss falls fastest over the logarithm of the rate, from a
    /// tenth of the points before it to as many after it: between neighbours the noise of the
    /// batches would decide. The first tenth of the points and the last five do not count.
    ///
    /// @throws IllegalStateException when the sweep has too few points
    public double suggestion() {
      int reach = Math.max(1, points.size() / 10);
      int from = points.size() / 10 + reach;
      int to = points.size() - LAST_IGNORED - reach;
      if (to <= from) {
        throw new IllegalStateException(
            "%d steps until the loss diverged are too few; start from a lower rate"
                .formatted(points.size()));
      }
      int steepest = from;
      for (int i = from; i < to; i++) {
        if (slope(i, reach) < slope(steepest, reach)) steepest = i;
      }
      return points.get(steepest).rate();
    }

    private double slope(int i, int reach) {
      var before = points.get(i - reach);
      var after = points.get(i + reach);
      return (after.smoothed() - before.smoothed()) / Math.log(after.rate() / before.rate());
    }
  }

  /// Sweeps over batches of `data`, from its beginning again where it has fewer.
  public Sweep sweep(Learner learner, Dataset data, int batchSize, long seed) {
    try (var state = learner.snapshot(LearnerState.Part.ALL);
        var batches =
            Batches.shuffled(data, batchSize, seed, learner.epochs(), 0, learner.batchMemory())) {
      try {
        return new Sweep(points(learner, batches));
      } finally {
        state.restore();
      }
    }
  }

  private List<Point> points(Learner learner, Batches batches) {
    var points = new ArrayList<Point>();
    double average = 0;
    double lowest = Double.POSITIVE_INFINITY;
    for (int step = 0; step < steps; step++) {
      double rate = least * Math.pow(greatest / least, step / (steps - 1.0));
      learner.setLearningRate(rate);
      learner.reset();
      learner.train(batches.next());
      double loss = learner.results().loss();
      average = smoothing * average + (1 - smoothing) * loss;
      double smoothed = average / (1 - Math.pow(smoothing, step + 1));
      if (!Double.isFinite(loss)) break;
      points.add(new Point(rate, loss, smoothed));
      if (smoothed > divergence * lowest) break;
      lowest = Math.min(lowest, smoothed);
    }
    return points;
  }
}

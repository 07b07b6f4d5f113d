package io.gatun.engine.train;

/// Times the part of an epoch that one run trains, and remembers what was last reported of it.
final class EpochClock {
  private final Learner learner;
  private final Batches batches;
  private final long startNanos = System.nanoTime();
  private final long startWaited;
  private final long startSamples;
  private final int startStep;
  private final long stepsBefore;
  private long endNanos;
  private long latestNanos = startNanos;
  private long latestSamples;
  private double latestSum;
  private int latestStep;

  EpochClock(Learner learner, Batches batches) {
    this.learner = learner;
    this.batches = batches;
    startWaited = batches.waitedNanos();
    startSamples = learner.samples();
    startStep = learner.epochStep();
    stepsBefore = learner.steps() - startStep;
    latestSamples = startSamples;
    latestSum = startSamples == 0 ? 0 : learner.results().loss() * startSamples;
    latestStep = startStep;
  }

  /// When something was last reported.
  long reportNanos() {
    return latestNanos;
  }

  /// Notes a report; answers the mean loss since the one before.
  double report(int step, Results results) {
    double sum = results.loss() * learner.samples();
    double recent = (sum - latestSum) / (learner.samples() - latestSamples);
    latestSum = sum;
    latestSamples = learner.samples();
    latestStep = step;
    latestNanos = System.nanoTime();
    return recent;
  }

  /// No step follows; what else is done in this epoch does not count.
  void stop() {
    endNanos = System.nanoTime();
  }

  private long nanos() {
    return Math.max(1, (endNanos == 0 ? System.nanoTime() : endNanos) - startNanos);
  }

  double seconds() {
    return nanos() * 1e-9;
  }

  double samplesPerSecond() {
    return (learner.samples() - startSamples) / seconds();
  }

  /// Fraction of the time spent waiting for batches.
  double waiting() {
    return Math.min(1, (double) (batches.waitedNanos() - startWaited) / nanos());
  }

  double secondsLeft(int step, int steps) {
    return seconds() / (step - startStep) * (steps - step);
  }

  /// @throws TrainingException when a step since the last report had a loss that is not finite
  void checkFinite(int epoch, int step, int steps) {
    var bad = learner.firstBadStep();
    if (bad.isEmpty()) return;
    throw new TrainingException(
        bad.getAsLong(),
        "the loss is NaN or infinite since step %d (epoch %d, step %d of %d; found between steps %d and %d); lower the learning rate, and look for NaN or huge values in the data"
            .formatted(
                bad.getAsLong(),
                epoch,
                bad.getAsLong() - stepsBefore,
                steps,
                latestStep + 1,
                step));
  }
}

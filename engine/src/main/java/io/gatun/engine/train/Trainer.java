package io.gatun.engine.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The training loop: epochs over batches, reports to callbacks, validation, and the watch over a
/// loss that is no longer finite. One object is one run.
public final class Trainer {
  private static final int REPORTS_IN_EPOCH = 100;
  private static final long REPORT_NANOS = 250_000_000;

  private final Learner learner;
  private final FitOptions options;
  private final List<Epoch> epochs = new ArrayList<>();
  private final List<History.Point> losses = new ArrayList<>();
  private final int lastEpoch;
  private boolean stopped;

  private Trainer(Learner learner, FitOptions options) {
    this.learner = learner;
    this.options = options;
    lastEpoch = learner.epochs() + options.epochs();
  }

  /// Trains on `data`, going on after the epochs that the learner has completed. The same seed,
  /// data and learner give the same result to the last bit.
  ///
  /// @throws TrainingException when the loss is NaN or infinite, naming the step
  /// @throws io.gatun.engine.EngineException when the data set is empty
  public static History fit(Learner learner, Dataset data, FitOptions options, long seed) {
    var trainer = new Trainer(learner, options);
    try (var batches =
        options.shuffle()
            ? Batches.shuffled(data, options.batchSize(), seed, learner.epochs())
            : Batches.inOrder(data, options.batchSize())) {
      while (learner.epochs() < trainer.lastEpoch && !trainer.stopped) trainer.epoch(batches);
    }
    return new History(trainer.epochs, trainer.losses);
  }

  /// Loss and metrics over `data`.
  public static Results evaluate(Learner learner, Dataset data, int batchSize) {
    learner.reset();
    try (var batches = Batches.inOrder(data, batchSize)) {
      for (int step = 0; step < batches.steps(); step++) learner.evaluate(batches.next());
    }
    return learner.results();
  }

  private void epoch(Batches batches) {
    int number = learner.epochs() + 1;
    options.callbacks().forEach(c -> c.epochStarted(number));
    learner.reset();
    var report = new Report(number, batches.steps());
    int every = Math.max(1, batches.steps() / REPORTS_IN_EPOCH);
    for (int step = 1; step <= batches.steps(); step++) {
      var batch = batches.next();
      learner.train(batch);
      report.samples += batch.size();
      if (step % every == 0
          || step == batches.steps()
          || System.nanoTime() - report.latestNanos > REPORT_NANOS) {
        report.send(step);
      }
    }
    double seconds = report.seconds();
    var results = learner.results();
    learner.completeEpoch();
    Optional<Results> validation =
        options.validation().map(d -> evaluate(learner, d, options.batchSize()));
    var epoch = new Epoch(number, results, validation, seconds, report.samples / seconds);
    epochs.add(epoch);
    options.callbacks().forEach(c -> c.epochEnded(epoch, () -> stopped = true));
  }

  /// What has been told of one epoch.
  private final class Report {
    private final int epoch;
    private final int steps;
    private final long startNanos = System.nanoTime();
    private final long firstStep = learner.steps();
    private long latestNanos = startNanos;
    private long samples;
    private long latestSamples;
    private int latestStep;
    private double latestSum;

    Report(int epoch, int steps) {
      this.epoch = epoch;
      this.steps = steps;
    }

    double seconds() {
      return Math.max(1, System.nanoTime() - startNanos) * 1e-9;
    }

    void send(int step) {
      checkFinite(step);
      var results = learner.results();
      double sum = results.loss() * samples;
      double recent = (sum - latestSum) / (samples - latestSamples);
      losses.add(new History.Point(firstStep + step, recent));
      double seconds = seconds();
      double left = seconds / step * (steps - step);
      var progress =
          new Progress(epoch, lastEpoch, step, steps, results, recent, samples / seconds, left);
      options.callbacks().forEach(c -> c.progressed(progress));
      latestSum = sum;
      latestSamples = samples;
      latestStep = step;
      latestNanos = System.nanoTime();
    }

    private void checkFinite(int step) {
      var bad = learner.firstBadStep();
      if (bad.isEmpty()) return;
      throw new TrainingException(
          bad.getAsLong(),
          "the loss is NaN or infinite since step %d (epoch %d, step %d of %d; found between steps %d and %d); lower the learning rate, and look for NaN or huge values in the data"
              .formatted(
                  bad.getAsLong(),
                  epoch,
                  bad.getAsLong() - firstStep,
                  steps,
                  latestStep + 1,
                  step));
    }
  }
}

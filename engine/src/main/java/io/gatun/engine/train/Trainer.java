package io.gatun.engine.train;

import io.gatun.engine.EngineException;
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
  private final Course course;
  private final Callback[] stepCallbacks;
  private final List<Epoch> epochs = new ArrayList<>();
  private final List<History.Point> losses = new ArrayList<>();
  private final int lastEpoch;

  private Trainer(Learner learner, FitOptions options) {
    this.learner = learner;
    this.options = options;
    course = new Course(learner);
    stepCallbacks =
        options.callbacks().stream().filter(Callback::wantsSteps).toArray(Callback[]::new);
    lastEpoch = options.epochs() + (options.inAll() ? 0 : learner.epochs());
  }

  /// What callbacks may ask for. The first reason to stop counts.
  private static final class Course implements Callback.Control {
    private final Learner learner;
    private Optional<String> reason = Optional.empty();
    private boolean stopped;

    Course(Learner learner) {
      this.learner = learner;
    }

    @Override
    public LearnerState learner() {
      return learner;
    }

    @Override
    public void stop(String why) {
      if (!stopped) reason = Optional.of(why);
      stopped = true;
    }
  }

  /// Trains on `data`, going on where the learner was stopped: in the middle of an epoch, or after
  /// the epochs that it has completed. The same seed, data and learner give the same result to the
  /// last bit, however often training is stopped and goes on.
  ///
  /// @throws TrainingException when the loss is NaN or infinite, naming the step, unless the
  ///     options say otherwise
  /// @throws EngineException when the data set is empty, or is not the one in the middle of which
  ///     training was stopped
  public static History fit(Learner learner, Dataset data, FitOptions options, long seed) {
    if (learner.epochStep() > 0) checkPosition(learner, data, options.batchSize());
    return new Trainer(learner, options).run(data, seed);
  }

  /// Loss and metrics over `data`. The running sums of an epoch that has begun are kept.
  public static Results evaluate(Learner learner, Dataset data, int batchSize) {
    try (var batches = Batches.inOrder(data, batchSize, learner.batchMemory());
        var sums = learner.snapshot(LearnerState.Part.SUMS)) {
      learner.reset();
      try {
        for (int step = 0; step < batches.steps(); step++) learner.evaluate(batches.next());
        return learner.results();
      } finally {
        sums.restore();
      }
    }
  }

  private static void checkPosition(Learner learner, Dataset data, int batchSize) {
    if (learner.epochSize() == data.size()
        && learner.samples() < data.size()
        && learner.samples() == (long) learner.epochStep() * batchSize) return;
    throw new EngineException(
        "training was stopped in epoch %d after %d batches, %d of %d samples, and cannot go on there with batches of %d from %d samples; give the same data and batch size, or begin the epoch again: learner.abandonEpoch()"
            .formatted(
                learner.epochs() + 1,
                learner.epochStep(),
                learner.samples(),
                learner.epochSize(),
                batchSize,
                data.size()));
  }

  private Batches batches(Dataset data, long seed) {
    int step = learner.epochStep();
    var memory = learner.batchMemory();
    return options.shuffle()
        ? Batches.shuffled(data, options.batchSize(), seed, learner.epochs(), step, memory)
        : Batches.inOrder(data, options.batchSize(), seed, learner.epochs(), step, memory);
  }

  private History run(Dataset data, long seed) {
    Ending ending;
    try (var batches = batches(data, seed);
        var best = new BestState(learner, options.divergence())) {
      options.callbacks().forEach(c -> c.started(course));
      ending = train(data, batches, best);
    } catch (RuntimeException | Error failure) {
      end(new History(epochs, losses, Ending.FAILED)).forEach(failure::addSuppressed);
      throw failure;
    }
    var history = new History(epochs, losses, ending);
    var failures = end(history);
    if (failures.isEmpty()) return history;
    failures.stream().skip(1).forEach(failures.getFirst()::addSuppressed);
    throw failures.getFirst();
  }

  /// Tells all callbacks, whatever one of them throws.
  private List<RuntimeException> end(History history) {
    var failures = new ArrayList<RuntimeException>();
    for (var callback : options.callbacks()) {
      try {
        callback.ended(history, course);
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    return failures;
  }

  private Ending train(Dataset data, Batches batches, BestState best) {
    try {
      while (learner.epochs() < lastEpoch && !course.stopped) epoch(data, batches, best);
    } catch (TrainingException diverged) {
      if (!best.restore()) throw diverged;
      return new Ending(Ending.Kind.DIVERGED, diverged.getMessage());
    }
    return course
        .reason
        .map(reason -> new Ending(Ending.Kind.STOPPED, reason))
        .orElse(Ending.COMPLETED);
  }

  private void epoch(Dataset data, Batches batches, BestState best) {
    int number = learner.epochs() + 1;
    options.callbacks().forEach(c -> c.epochStarted(number, course));
    if (course.stopped) return;
    if (learner.epochStep() == 0) learner.startEpoch(data.size());
    var clock = new EpochClock(learner, batches);
    steps(number, batches, clock);
    if (learner.epochStep() < batches.steps()) return;
    var results = learner.results();
    learner.completeEpoch();
    var epoch =
        new Epoch(
            number,
            learner.steps(),
            results,
            options.validation().map(d -> evaluate(learner, d, options.batchSize())),
            clock.seconds(),
            clock.samplesPerSecond(),
            clock.waiting(),
            learner.scheduledRate());
    epochs.add(epoch);
    best.consider(epoch);
    options.callbacks().forEach(c -> c.epochEnded(epoch, course));
  }

  private void steps(int number, Batches batches, EpochClock clock) {
    int steps = batches.steps();
    int every = Math.max(1, steps / REPORTS_IN_EPOCH);
    for (int step = learner.epochStep() + 1; step <= steps && !course.stopped; step++) {
      learner.train(batches.next());
      if (stepCallbacks.length > 0) {
        long count = learner.steps();
        for (var callback : stepCallbacks) callback.stepEnded(count, course);
      }
      if (step % every == 0
          || step == steps
          || course.stopped
          || System.nanoTime() - clock.reportNanos() > REPORT_NANOS) {
        report(number, step, steps, clock);
      }
    }
    clock.stop();
  }

  private void report(int number, int step, int steps, EpochClock clock) {
    clock.checkFinite(number, step, steps);
    var results = learner.results();
    double recent = clock.report(step, results);
    losses.add(new History.Point(learner.steps(), recent));
    var progress =
        new Progress(
            number,
            lastEpoch,
            step,
            steps,
            results,
            recent,
            clock.samplesPerSecond(),
            clock.secondsLeft(step, steps),
            clock.waiting());
    options.callbacks().forEach(c -> c.progressed(progress, course));
  }
}

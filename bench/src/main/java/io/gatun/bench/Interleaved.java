package io.gatun.bench;

import java.time.Duration;

/// A measurement of two subjects in turn, A B, B A, A B ..., in short batches, so that whatever
/// slows the machine down for a while meets both.
///
/// Each batch follows some untimed runs of the same subject: caches fill, and the threads that the
/// other library left spinning go to sleep (see [Peer#spinning]).
///
/// @param pairs batches of each subject
/// @param batchNanos how long a batch takes, about
/// @param warmUpNanos how long each subject runs before the first batch: the JVM compiles what is
///     Java in either
/// @param settleNanos how long the untimed runs before a batch take, about
public record Interleaved(int pairs, long batchNanos, long settleNanos, long warmUpNanos) {
  /// The same, with untimed runs of at least this length before a batch.
  public Interleaved settledFor(Duration least) {
    return new Interleaved(pairs, batchNanos, Math.max(settleNanos, least.toNanos()), warmUpNanos);
  }

  /// What a reader of the figures must know.
  public String text() {
    return ("%d pairs of batches of about %d ms, each after %d ms untimed, or as long as the peer's"
            + " threads spin")
        .formatted(pairs, batchNanos / 1_000_000, settleNanos / 1_000_000);
  }

  /// Measures `a` against `b`.
  public Comparison measure(Subject a, Subject b) {
    warmUp(a);
    warmUp(b);
    int runsOfA = runs(a, batchNanos);
    int runsOfB = runs(b, batchNanos);
    double[] timesOfA = new double[pairs];
    double[] timesOfB = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      if (i % 2 == 0) timesOfA[i] = batch(a, runsOfA);
      timesOfB[i] = batch(b, runsOfB);
      if (i % 2 == 1) timesOfA[i] = batch(a, runsOfA);
    }
    return new Comparison(timesOfA, timesOfB);
  }

  private void warmUp(Subject subject) {
    long spent = 0;
    while (spent < warmUpNanos) spent += Math.max(1, subject.nanos(1));
  }

  /// Nanoseconds of a run.
  private double batch(Subject subject, int runs) {
    long settled = 0;
    int untimed = (int) Math.max(1, runs * settleNanos / batchNanos);
    while (settled < settleNanos) settled += Math.max(1, subject.nanos(untimed));
    return (double) subject.nanos(runs) / runs;
  }

  /// How many runs take `nanos`, once the subject is warm.
  private static int runs(Subject subject, long nanos) {
    int runs = 1;
    long spent = 0;
    while (true) {
      long time = Math.max(1, subject.nanos(runs));
      spent += time;
      if (spent > 20 * nanos || time > nanos) {
        return Math.clamp(runs * nanos / time, 1, Integer.MAX_VALUE);
      }
      if (time < nanos / 2) runs = Math.multiplyExact(runs, 2);
    }
  }
}

package io.gatun.engine.nn;

import io.gatun.engine.nn.optimizer.ConstantRate;
import java.util.List;

/// How a model is to be trained.
///
/// @param objectives one for each output of the network
/// @param schedule a factor of the learning rate, by the number of the update
/// @param clipping of the gradients
/// @param accumulation batches whose gradients are averaged into one update; the samples count
///     alike, so that the update is that of one batch of all their samples. Batches gathered when
///     an epoch ends count for the first update of the next
/// @param precision of matrix products and convolutions
/// @param seed of the first weights, of shuffling and of dropout
public record Compilation(
    Optimizer optimizer,
    List<Objective> objectives,
    Schedule schedule,
    Clipping clipping,
    int accumulation,
    Precision precision,
    long seed) {
  public Compilation {
    objectives = List.copyOf(objectives);
    Checks.positive("compilation: accumulation", accumulation);
    if (objectives.isEmpty()) {
      throw new IllegalArgumentException("compilation: there is no objective");
    }
  }

  /// One output; seed 0, a constant rate, no clipping, an update for each batch.
  public static Compilation of(Optimizer optimizer, Loss loss, Metric... metrics) {
    return of(optimizer, Objective.of(loss, metrics));
  }

  /// An objective for each output.
  public static Compilation of(Optimizer optimizer, Objective... objectives) {
    return new Compilation(
        optimizer,
        List.of(objectives),
        new ConstantRate(),
        new Clipping.None(),
        1,
        new Precision.Full(),
        0);
  }

  public Compilation withSeed(long number) {
    return new Compilation(
        optimizer, objectives, schedule, clipping, accumulation, precision, number);
  }

  public Compilation withSchedule(Schedule factor) {
    return new Compilation(optimizer, objectives, factor, clipping, accumulation, precision, seed);
  }

  public Compilation withClipping(Clipping limit) {
    return new Compilation(optimizer, objectives, schedule, limit, accumulation, precision, seed);
  }

  public Compilation withAccumulation(int batches) {
    return new Compilation(optimizer, objectives, schedule, clipping, batches, precision, seed);
  }

  /// As `new Precision.Mixed(DType.BF16)`, or `new Precision.Tf32()`.
  public Compilation withPrecision(Precision other) {
    return new Compilation(optimizer, objectives, schedule, clipping, accumulation, other, seed);
  }
}

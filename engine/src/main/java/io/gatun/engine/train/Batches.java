package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import java.util.OptionalLong;

/// The batches of one or more epochs, in order. The last batch of an epoch holds the remainder.
public sealed interface Batches extends AutoCloseable permits ContiguousBatches, GatheredBatches {
  /// The next batch, after the last one of an epoch the first of the next epoch. It takes the place
  /// of the one before, which must not be used any more.
  Batch next();

  /// Batches in an epoch.
  int steps();

  /// Nanoseconds that [#next] has waited for a batch to be ready, over all calls: time in which the
  /// training step starved. The first wait, for the first batch to be gathered, is part of it.
  long waitedNanos();

  @Override
  void close();

  /// Batches to evaluate on, in the order of the data set, not transformed: slices of its own
  /// memory where nothing is scaled.
  static Batches inOrder(Dataset data, int batchSize) {
    return inOrder(data, batchSize, BatchMemory.HOST);
  }

  /// As [#inOrder(Dataset, int)], gathered in this memory where they are gathered.
  static Batches inOrder(Dataset data, int batchSize, BatchMemory memory) {
    check(data, batchSize);
    return data.columns().stream().allMatch(ContiguousBatches::isUsable)
        ? new ContiguousBatches(data, batchSize, 0)
        : new GatheredBatches(data, batchSize, RowOrder.STORED, OptionalLong.empty(), 0, 0, memory);
  }

  /// Batches to train on, in the order of the data set.
  ///
  /// @param seed of the columns' transforms, which also depend on the epoch's number
  /// @param firstEpoch epochs completed before the first one here
  /// @param firstStep batches of that epoch to leave out, as if they had been taken
  static Batches inOrder(Dataset data, int batchSize, long seed, int firstEpoch, int firstStep) {
    return inOrder(data, batchSize, seed, firstEpoch, firstStep, BatchMemory.HOST);
  }

  /// As [#inOrder(Dataset, int, long, int, int)], gathered in this memory where they are gathered.
  static Batches inOrder(
      Dataset data, int batchSize, long seed, int firstEpoch, int firstStep, BatchMemory memory) {
    check(data, batchSize);
    boolean slices =
        data.columns().stream()
            .allMatch(c -> ContiguousBatches.isUsable(c) && c.transform().isEmpty());
    return slices
        ? new ContiguousBatches(data, batchSize, firstStep)
        : new GatheredBatches(
            data, batchSize, RowOrder.STORED, OptionalLong.of(seed), firstEpoch, firstStep, memory);
  }

  /// Batches to train on, in another order in each epoch, a function of `seed` and the epoch's
  /// number, gathered by a thread of their own.
  static Batches shuffled(Dataset data, int batchSize, long seed, int firstEpoch) {
    return shuffled(data, batchSize, seed, firstEpoch, 0);
  }

  /// As [#shuffled(Dataset, int, long, int)], leaving out the first `firstStep` batches of the
  /// first epoch: training that was stopped in its middle goes on with the batch that would have
  /// followed.
  static Batches shuffled(Dataset data, int batchSize, long seed, int firstEpoch, int firstStep) {
    return shuffled(data, batchSize, seed, firstEpoch, firstStep, BatchMemory.HOST);
  }

  /// As [#shuffled(Dataset, int, long, int, int)], gathered in this memory.
  static Batches shuffled(
      Dataset data, int batchSize, long seed, int firstEpoch, int firstStep, BatchMemory memory) {
    check(data, batchSize);
    return new GatheredBatches(
        data, batchSize, new Shuffle(seed), OptionalLong.of(seed), firstEpoch, firstStep, memory);
  }

  private static void check(Dataset data, int batchSize) {
    if (data.size() == 0) {
      throw new EngineException(
          "the data set is empty: column \"%s\" is %s"
              .formatted(data.inputs().getFirst().name(), data.inputs().getFirst().type()));
    }
    if (batchSize < 1) throw new EngineException("batch size " + batchSize + "; 1 is the least");
  }
}

package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Settings;
import java.io.IOException;

/// How a recurrent layer goes through time.
///
/// @param returnSequences whether the result is the outputs of all steps, in the order of time,
/// rather than the last step's
/// @param goBackwards whether the last slice comes first
/// @param statefulBatch where positive: in training and evaluation each batch of this many samples
/// goes on from the states in which the one before left off, sample by sample (truncated
/// backpropagation through time: gradients end at the batch). Batches of another size, and
/// prediction, start with zeros, as do every epoch and every evaluation. Samples must not be
/// shuffled then. 0 where every batch starts with zeros.
/// @param unroll whether each step is written into the graph for itself rather than as a loop:
/// longer to compile; for a few steps
public record RecurrentOptions(
    boolean returnSequences, boolean goBackwards, int statefulBatch, boolean unroll) {
  public RecurrentOptions {
    Checks.range("recurrent layer: stateful batch", statefulBatch, 0, 1 << 30);
  }

  /// The last output, forwards, without memory from batch to batch, as a loop.
  public static RecurrentOptions of() {
    return new RecurrentOptions(false, false, 0, false);
  }

  Settings and(Settings settings) {
    return settings
        .with("return_sequences", returnSequences)
        .with("go_backwards", goBackwards)
        .with("stateful_batch", statefulBatch)
        .with("unroll", unroll);
  }

  static RecurrentOptions read(Fields f) throws IOException {
    return new RecurrentOptions(
        f.flag("return_sequences"),
        f.flag("go_backwards"),
        f.integer("stateful_batch"),
        f.flag("unroll"));
  }
}

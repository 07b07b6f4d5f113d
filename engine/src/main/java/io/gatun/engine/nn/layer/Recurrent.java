package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Layer;

/// A layer that goes through sequences `x[n, time, features]` step by step: gives `[n, units]`, the
/// last step's output, or `[n, time, units]`.
///
/// @param <L> the layer itself
public sealed interface Recurrent<L extends Recurrent<L>> extends Layer
    permits SimpleRNN, LSTM, GRU {
  RecurrentOptions options();

  /// This layer with other options.
  L withOptions(RecurrentOptions options);

  /// This layer giving the outputs of all steps.
  default L withSequences() {
    var o = options();
    return withOptions(new RecurrentOptions(true, o.goBackwards(), o.statefulBatch(), o.unroll()));
  }

  /// This layer going on where the last batch of `batch` samples left off; see
  /// [RecurrentOptions#statefulBatch].
  default L withState(int batch) {
    var o = options();
    return withOptions(
        new RecurrentOptions(o.returnSequences(), o.goBackwards(), batch, o.unroll()));
  }

  /// This layer going from the end of the sequences to their beginning.
  default L backwards() {
    var o = options();
    return withOptions(
        new RecurrentOptions(o.returnSequences(), true, o.statefulBatch(), o.unroll()));
  }

  /// This layer with its steps written out one by one.
  default L unrolled() {
    var o = options();
    return withOptions(
        new RecurrentOptions(o.returnSequences(), o.goBackwards(), o.statefulBatch(), true));
  }
}

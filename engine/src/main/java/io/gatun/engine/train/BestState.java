package io.gatun.engine.train;

import java.util.Optional;

/// The state after the best epoch so far, or before the first, where divergence is to end there.
final class BestState implements AutoCloseable {
  private final Optional<Snapshot> state;
  private double least = Double.POSITIVE_INFINITY;

  BestState(Learner learner, Divergence divergence) {
    state =
        switch (divergence) {
          case FAIL -> Optional.empty();
          case KEEP_BEST -> Optional.of(learner.snapshot(LearnerState.Part.ALL));
        };
  }

  /// Keeps the present state if the epoch's loss is the least so far.
  void consider(Epoch epoch) {
    if (state.isEmpty()) return;
    double loss = epoch.validation().orElse(epoch.results()).loss();
    if (!(loss < least)) return;
    least = loss;
    state.get().update();
  }

  /// Gives the learner the state back; answers whether there is one.
  boolean restore() {
    state.ifPresent(Snapshot::restore);
    return state.isPresent();
  }

  @Override
  public void close() {
    state.ifPresent(Snapshot::close);
  }
}

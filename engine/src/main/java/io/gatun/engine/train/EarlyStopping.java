package io.gatun.engine.train;

import java.util.Optional;

/// Ends training when a figure no longer improves.
public final class EarlyStopping implements Callback {
  private final Monitor monitor;
  private final int patience;
  private final boolean restoresBest;
  private double best;
  private int bestEpoch;
  private int waited;
  private boolean stopped;
  private Optional<Snapshot> weights = Optional.empty();

  private EarlyStopping(Monitor monitor, int patience, boolean restoresBest) {
    if (patience < 1) throw new IllegalArgumentException("patience: " + patience + " < 1");
    this.monitor = monitor;
    this.patience = patience;
    this.restoresBest = restoresBest;
  }

  /// Stops after the first epoch that does not improve the figure; the weights stay those of the
  /// last epoch.
  public static EarlyStopping on(Monitor monitor) {
    return new EarlyStopping(monitor, 1, false);
  }

  /// Stops after so many epochs in a row without an improvement.
  public EarlyStopping withPatience(int epochs) {
    return new EarlyStopping(monitor, epochs, restoresBest);
  }

  /// In the end gives the learner the weights back that it had after the best epoch; not when
  /// something else stopped training, since it may go on then. Costs a copy of the weights.
  public EarlyStopping restoringBest() {
    return new EarlyStopping(monitor, patience, true);
  }

  /// Number of the best epoch so far; 0 before the first.
  public int bestEpoch() {
    return bestEpoch;
  }

  @Override
  public void started(Control control) {
    best = Double.NaN;
    bestEpoch = 0;
    waited = 0;
    stopped = false;
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    double value = monitor.value(epoch);
    if (monitor.improves(value, best)) {
      best = value;
      bestEpoch = epoch.number();
      waited = 0;
      if (restoresBest) keep(control);
    } else if (++waited >= patience) {
      stopped = true;
      control.stop(
          "%s has not improved since epoch %d (%s)".formatted(monitor.figure(), bestEpoch, best));
    }
  }

  private void keep(Control control) {
    if (weights.isPresent()) weights.get().update();
    else weights = Optional.of(control.learner().snapshot(LearnerState.Part.WEIGHTS));
  }

  @Override
  public void ended(History history, Control control) {
    boolean finished =
        switch (history.ending().kind()) {
          case COMPLETED -> true;
          case STOPPED -> stopped;
          case DIVERGED, FAILED -> false;
        };
    weights.filter(_ -> finished).ifPresent(Snapshot::restore);
    weights.ifPresent(Snapshot::close);
    weights = Optional.empty();
  }
}

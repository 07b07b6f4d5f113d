package io.gatun.engine.train;

/// Lowers the learning rate when a figure no longer improves.
public final class ReduceLearningRateOnPlateau implements Callback {
  private final Monitor monitor;
  private final double factor;
  private final int patience;
  private final int cooldown;
  private final double leastRate;
  private double best;
  private int waited;
  private int cooling;

  /// @param factor of each reduction, in (0, 1)
  /// @param patience epochs in a row without an improvement before a reduction
  /// @param cooldown epochs after a reduction that are not counted
  /// @param leastRate below which the rate never goes
  public ReduceLearningRateOnPlateau(
      Monitor monitor, double factor, int patience, int cooldown, double leastRate) {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("factor: " + factor + " is not in (0, 1)");
    }
    if (patience < 1) throw new IllegalArgumentException("patience: " + patience + " < 1");
    if (cooldown < 0) throw new IllegalArgumentException("cooldown: " + cooldown + " < 0");
    if (!(leastRate >= 0)) throw new IllegalArgumentException("least rate: " + leastRate);
    this.monitor = monitor;
    this.factor = factor;
    this.patience = patience;
    this.cooldown = cooldown;
    this.leastRate = leastRate;
  }

  /// Keras's settings: a tenth after 10 epochs.
  public static ReduceLearningRateOnPlateau on(Monitor monitor) {
    return new ReduceLearningRateOnPlateau(monitor, 0.1, 10, 0, 0);
  }

  public ReduceLearningRateOnPlateau withFactor(double number) {
    return new ReduceLearningRateOnPlateau(monitor, number, patience, cooldown, leastRate);
  }

  public ReduceLearningRateOnPlateau withPatience(int epochs) {
    return new ReduceLearningRateOnPlateau(monitor, factor, epochs, cooldown, leastRate);
  }

  public ReduceLearningRateOnPlateau withCooldown(int epochs) {
    return new ReduceLearningRateOnPlateau(monitor, factor, patience, epochs, leastRate);
  }

  public ReduceLearningRateOnPlateau withLeastRate(double rate) {
    return new ReduceLearningRateOnPlateau(monitor, factor, patience, cooldown, rate);
  }

  @Override
  public void started(Control control) {
    best = Double.NaN;
    waited = 0;
    cooling = 0;
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    double value = monitor.value(epoch);
    boolean cools = cooling > 0;
    if (cools) cooling--;
    if (monitor.improves(value, best)) {
      best = value;
      waited = 0;
    } else if (!cools && ++waited >= patience) {
      var learner = control.learner();
      learner.setLearningRate(Math.max(leastRate, learner.learningRate() * factor));
      waited = 0;
      cooling = cooldown;
    }
  }
}

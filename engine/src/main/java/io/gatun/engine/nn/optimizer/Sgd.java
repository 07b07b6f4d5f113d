package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// Stochastic gradient descent with momentum, as in PyTorch: `b = momentum b + g`, `p -= rate * b`;
/// with Nesterov's momentum `p -= rate * (g + momentum b)`. Without momentum nothing is kept.
///
/// @param weightDecay L2 penalty: `g += weightDecay p` comes first, so that the momentum has it too
public record Sgd(
    double learningRate, double momentum, boolean nesterov, double weightDecay, Decayed decayed)
    implements Optimizer {
  public Sgd {
    Checks.range("sgd: learning rate", learningRate, 0, Double.POSITIVE_INFINITY);
    Checks.range("sgd: momentum", momentum, 0, 1);
    Checks.range("sgd: weight decay", weightDecay, 0, Double.POSITIVE_INFINITY);
  }

  /// Without weight decay.
  public Sgd(double learningRate, double momentum, boolean nesterov) {
    this(learningRate, momentum, nesterov, 0, Decayed.ALL);
  }

  /// Plain gradient descent.
  public static Sgd of(double learningRate) {
    return new Sgd(learningRate, 0, false);
  }

  public Sgd withWeightDecay(double factor, Decayed which) {
    return new Sgd(learningRate, momentum, nesterov, factor, which);
  }

  @Override
  public String kind() {
    return "sgd";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("learning_rate", learningRate)
        .with("momentum", momentum)
        .with("nesterov", nesterov)
        .with("weight_decay", weightDecay)
        .with("decayed", decayed);
  }

  /// Reads what [#settings] gave.
  public static Sgd read(Fields f) throws IOException {
    return new Sgd(
        f.number("learning_rate"),
        f.number("momentum"),
        f.flag("nesterov"),
        f.number("weight_decay"),
        f.constant("decayed", Decayed.values()));
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of("momentum");
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    var rate = step.learningRate().cast(parameter.dtype());
    boolean decays = weightDecay > 0 && decayed.includes(parameter);
    var g = decays ? gradient.add(parameter.mul(weightDecay)) : gradient;
    if (momentum == 0) return new Update(parameter.sub(rate.mul(g)), List.of());
    var velocity = slots.getFirst().mul(momentum).add(g);
    var direction = nesterov ? g.add(velocity.mul(momentum)) : velocity;
    return new Update(parameter.sub(rate.mul(direction)), List.of(velocity));
  }
}

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
public record Sgd(double learningRate, double momentum, boolean nesterov) implements Optimizer {
  public Sgd {
    Checks.range("sgd: learning rate", learningRate, 0, Double.POSITIVE_INFINITY);
    Checks.range("sgd: momentum", momentum, 0, 1);
  }

  /// Plain gradient descent.
  public static Sgd of(double learningRate) {
    return new Sgd(learningRate, 0, false);
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
        .with("nesterov", nesterov);
  }

  /// Reads what [#settings] gave.
  public static Sgd read(Fields f) throws IOException {
    return new Sgd(f.number("learning_rate"), f.number("momentum"), f.flag("nesterov"));
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of("momentum");
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    var rate = step.learningRate().cast(parameter.dtype());
    if (momentum == 0) return new Update(parameter.sub(rate.mul(gradient)), List.of());
    var velocity = slots.getFirst().mul(momentum).add(gradient);
    var direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
    return new Update(parameter.sub(rate.mul(direction)), List.of(velocity));
  }
}

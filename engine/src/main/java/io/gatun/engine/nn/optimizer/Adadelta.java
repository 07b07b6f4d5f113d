package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// Adadelta (Zeiler 2012, algorithm 1), times a rate as in PyTorch: `v = rho v + (1 - rho) g^2`, `d
/// = sqrt(u + epsilon) / sqrt(v + epsilon) * g`, `u = rho u + (1 - rho) d^2`, `p -= rate * d`.
public record Adadelta(double learningRate, double rho, double epsilon) implements Optimizer {
  public Adadelta {
    Checks.range("adadelta: learning rate", learningRate, 0, Double.POSITIVE_INFINITY);
    Checks.range("adadelta: rho", rho, 0, 1);
    Checks.above("adadelta: epsilon", epsilon, 0);
  }

  /// The paper's settings with PyTorch's rho and epsilon: rate 1, 0.9, 1e-6.
  public static Adadelta of() {
    return new Adadelta(1, 0.9, 1e-6);
  }

  @Override
  public String kind() {
    return "adadelta";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("learning_rate", learningRate)
        .with("rho", rho)
        .with("epsilon", epsilon);
  }

  /// Reads what [#settings] gave.
  public static Adadelta read(Fields f) throws IOException {
    return new Adadelta(f.number("learning_rate"), f.number("rho"), f.number("epsilon"));
  }

  @Override
  public List<String> slots() {
    return List.of("gradients", "steps");
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    var gradients = slots.get(0).mul(rho).add(gradient.square().mul(1 - rho));
    var scale = slots.get(1).add(epsilon).sqrt().div(gradients.add(epsilon).sqrt());
    var direction = scale.mul(gradient);
    var steps = slots.get(1).mul(rho).add(direction.square().mul(1 - rho));
    var rate = step.learningRate().cast(parameter.dtype());
    return new Update(parameter.sub(rate.mul(direction)), List.of(gradients, steps));
  }
}

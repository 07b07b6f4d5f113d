package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// Adagrad (Duchi et al. 2011), as in PyTorch: `s += g^2`, `p -= rate * g / (sqrt(initial + s) +
/// epsilon)`.
///
/// @param initial what the sum of squares begins with; Keras has 0.1, PyTorch 0
public record Adagrad(double learningRate, double initial, double epsilon) implements Optimizer {
  public Adagrad {
    Checks.range("adagrad: learning rate", learningRate, 0, Double.POSITIVE_INFINITY);
    Checks.range("adagrad: initial", initial, 0, Double.POSITIVE_INFINITY);
    Checks.range("adagrad: epsilon", epsilon, 0, Double.POSITIVE_INFINITY);
  }

  /// Nothing at first, epsilon 1e-10: PyTorch's settings.
  public static Adagrad of(double learningRate) {
    return new Adagrad(learningRate, 0, 1e-10);
  }

  @Override
  public String kind() {
    return "adagrad";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("learning_rate", learningRate)
        .with("initial", initial)
        .with("epsilon", epsilon);
  }

  /// Reads what [#settings] gave.
  public static Adagrad read(Fields f) throws IOException {
    return new Adagrad(f.number("learning_rate"), f.number("initial"), f.number("epsilon"));
  }

  /// The sum without `initial`.
  @Override
  public List<String> slots() {
    return List.of("sum");
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    var sum = slots.getFirst().add(gradient.square());
    var rate = step.learningRate().cast(parameter.dtype());
    var scale = sum.add(initial).sqrt().add(epsilon);
    return new Update(parameter.sub(rate.mul(gradient.div(scale))), List.of(sum));
  }
}

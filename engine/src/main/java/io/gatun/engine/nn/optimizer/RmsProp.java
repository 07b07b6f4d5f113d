package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// RMSprop (Tieleman and Hinton 2012, Coursera lecture 6.5), with epsilon outside of the root as in
/// PyTorch: `v = rho v + (1 - rho) g^2`, `s = g / (sqrt(v) + epsilon)`, `p -= rate * s`; with
/// momentum `b = momentum b + s`, `p -= rate * b`.
///
/// @param centered whether the square of the mean gradient `a = rho a + (1 - rho) g` is taken from
///     `v` under the root (Graves 2013); a difference below 0, which only rounding makes, counts as
///     0
public record RmsProp(
    double learningRate, double rho, double epsilon, double momentum, boolean centered)
    implements Optimizer {
  public RmsProp {
    Checks.range("rmsprop: learning rate", learningRate, 0, Double.POSITIVE_INFINITY);
    Checks.range("rmsprop: rho", rho, 0, 1);
    Checks.range("rmsprop: epsilon", epsilon, 0, Double.POSITIVE_INFINITY);
    Checks.range("rmsprop: momentum", momentum, 0, 1);
  }

  /// Keras's settings: rho 0.9, epsilon 1e-7, neither momentum nor centred.
  public static RmsProp of(double learningRate) {
    return new RmsProp(learningRate, 0.9, 1e-7, 0, false);
  }

  public RmsProp withMomentum(double factor) {
    return new RmsProp(learningRate, rho, epsilon, factor, centered);
  }

  public RmsProp withCentered(boolean whether) {
    return new RmsProp(learningRate, rho, epsilon, momentum, whether);
  }

  @Override
  public String kind() {
    return "rmsprop";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("learning_rate", learningRate)
        .with("rho", rho)
        .with("epsilon", epsilon)
        .with("momentum", momentum)
        .with("centered", centered);
  }

  /// Reads what [#settings] gave.
  public static RmsProp read(Fields f) throws IOException {
    return new RmsProp(
        f.number("learning_rate"),
        f.number("rho"),
        f.number("epsilon"),
        f.number("momentum"),
        f.flag("centered"));
  }

  @Override
  public List<String> slots() {
    var names = new ArrayList<>(List.of("v"));
    if (centered) names.add("mean");
    if (momentum > 0) names.add("momentum");
    return names;
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    var next = new ArrayList<Value>();
    var v = slots.getFirst().mul(rho).add(gradient.square().mul(1 - rho));
    next.add(v);
    var spread = v;
    if (centered) {
      var mean = slots.get(1).mul(rho).add(gradient.mul(1 - rho));
      next.add(mean);
      spread = v.sub(mean.square()).maximum(0);
    }
    var direction = gradient.div(spread.sqrt().add(epsilon));
    if (momentum > 0) {
      direction = slots.getLast().mul(momentum).add(direction);
      next.add(direction);
    }
    var rate = step.learningRate().cast(parameter.dtype());
    return new Update(parameter.sub(rate.mul(direction)), next);
  }
}

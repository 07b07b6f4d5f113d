package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import java.io.IOException;
import java.util.List;

/// Adam (Kingma and Ba 2015, algorithm 1), with epsilon outside of the root as in the paper and in
/// PyTorch:
///
/// `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`, `p -= rate * m / (1 - beta1^t) /
/// (sqrt(v / (1 - beta2^t)) + epsilon)`.
///
/// @param amsgrad whether the greatest `v` so far, which is kept too, stands for `v` (Reddi et al.
///     2018, algorithm 2)
public record Adam(double learningRate, double beta1, double beta2, double epsilon, boolean amsgrad)
    implements Optimizer {
  public Adam {
    Checks.range("adam: learning rate", learningRate, 0, Double.POSITIVE_INFINITY);
    Checks.range("adam: beta1", beta1, 0, 1);
    Checks.range("adam: beta2", beta2, 0, 1);
    Checks.range("adam: epsilon", epsilon, 0, Double.POSITIVE_INFINITY);
  }

  /// Plain Adam.
  public Adam(double learningRate, double beta1, double beta2, double epsilon) {
    this(learningRate, beta1, beta2, epsilon, false);
  }

  /// The paper's settings with Keras's epsilon: 0.001, 0.9, 0.999, 1e-7.
  public static Adam of() {
    return of(0.001);
  }

  public static Adam of(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-7);
  }

  /// This with `amsgrad`.
  public Adam withAmsgrad() {
    return new Adam(learningRate, beta1, beta2, epsilon, true);
  }

  @Override
  public String kind() {
    return "adam";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("learning_rate", learningRate)
        .with("beta1", beta1)
        .with("beta2", beta2)
        .with("epsilon", epsilon)
        .with("amsgrad", amsgrad);
  }

  /// Reads what [#settings] gave.
  public static Adam read(Fields f) throws IOException {
    return new Adam(
        f.number("learning_rate"),
        f.number("beta1"),
        f.number("beta2"),
        f.number("epsilon"),
        f.flag("amsgrad"));
  }

  @Override
  public List<String> slots() {
    return amsgrad ? List.of("m", "v", "greatest_v") : List.of("m", "v");
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    var m = slots.get(0).mul(beta1).add(gradient.mul(1 - beta1));
    var v = slots.get(1).mul(beta2).add(gradient.square().mul(1 - beta2));
    var scale = amsgrad ? slots.get(2).maximum(v) : v;
    var rate = step.learningRate().div(correction(beta1, step)).cast(parameter.dtype());
    var root = correction(beta2, step).rsqrt().cast(parameter.dtype());
    var next = parameter.sub(rate.mul(m).div(scale.sqrt().mul(root).add(epsilon)));
    return new Update(next, amsgrad ? List.of(m, v, scale) : List.of(m, v));
  }

  /// `1 - beta^t`, as `-expm1(t log(beta))`, which single precision does not spoil for small `t`.
  private static Value correction(double beta, Step step) {
    var t = step.number().cast(DType.F32);
    return beta == 0 ? t.scalar(1) : t.mul(Math.log(beta)).expm1().neg();
  }
}

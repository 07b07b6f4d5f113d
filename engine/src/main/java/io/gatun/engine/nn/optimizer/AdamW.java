package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), as in PyTorch: `p *=
/// 1 - rate * weightDecay`, then a step of [Adam]. A schedule's factor applies to both.
public record AdamW(Adam adam, double weightDecay, Decayed decayed) implements Optimizer {
  public AdamW {
    Checks.range("adamw: weight decay", weightDecay, 0, Double.POSITIVE_INFINITY);
  }

  /// 0.001, 0.9, 0.999, 1e-7 and a decay of 0.01 of the parameters with at least two axes.
  public static AdamW of() {
    return of(0.001);
  }

  public static AdamW of(double learningRate) {
    return new AdamW(Adam.of(learningRate), 0.01, Decayed.MATRICES);
  }

  public AdamW withWeightDecay(double factor, Decayed which) {
    return new AdamW(adam, factor, which);
  }

  @Override
  public String kind() {
    return "adamw";
  }

  @Override
  public double learningRate() {
    return adam.learningRate();
  }

  @Override
  public Settings settings() {
    return adam.settings().with("weight_decay", weightDecay).with("decayed", decayed);
  }

  /// Reads what [#settings] gave.
  public static AdamW read(Fields f) throws IOException {
    return new AdamW(
        Adam.read(f), f.number("weight_decay"), f.constant("decayed", Decayed.values()));
  }

  @Override
  public List<String> slots() {
    return adam.slots();
  }

  @Override
  public Update update(Value parameter, Value gradient, List<Value> slots, Step step) {
    if (weightDecay == 0 || !decayed.includes(parameter)) {
      return adam.update(parameter, gradient, slots, step);
    }
    var kept = step.learningRate().mul(-weightDecay).add(1).cast(parameter.dtype());
    return adam.update(parameter.mul(kept), gradient, slots, step);
  }
}

package io.gatun.engine.nn;

import io.gatun.engine.nn.Variable.Role;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// The factor of the loss in a backward pass of little range, and whether the gradients that came
/// of it can be used. See [Precision.Mixed].
final class LossScale {
  private static final double FIRST = 65536;
  private static final double LEAST = 1;
  private static final double GREATEST = 0x1p24;
  private static final long PATIENCE = 2000;

  private static final Variable SCALE =
      new Variable(
          "train:loss_scale", TensorType.f32(), new Initializer.Constant(FIRST), Role.TRAINING);

  /// Batches with usable gradients since the scale changed.
  private static final Variable USABLE =
      Variable.zeros("train:loss_scale_age", TensorType.of(DType.I64), Role.TRAINING);

  private final Tracing tracing;
  private final Value scale;

  LossScale(Tracing tracing) {
    this.tracing = tracing;
    this.scale = tracing.variable(SCALE);
  }

  /// What is kept for it.
  static List<Variable> variables() {
    return List.of(SCALE, USABLE);
  }

  Value scaled(Value loss) {
    return loss.mul(scale);
  }

  /// The gradients of the loss from those of the scaled loss.
  List<Value> unscaled(List<Value> gradients) {
    var inverse = scale.scalar(1).div(scale);
    var all = new ArrayList<Value>();
    for (var gradient : gradients) all.add(gradient.mul(inverse));
    return all;
  }

  /// Whether all gradients are finite numbers; a scalar. Moves the scale by it.
  Value update(List<Value> gradients) {
    var finite =
        gradients.stream()
            .map(g -> g.abs().max().le(TrainingGraphs.GREATEST_FLOAT))
            .reduce(Value::and)
            .orElseThrow();
    var age = tracing.variable(USABLE);
    var old = age.add(1);
    var grows = old.ge(PATIENCE);
    var grown = grows.select(scale.mul(2).minimum(GREATEST), scale);
    tracing.update(scale, finite.select(grown, scale.mul(0.5).maximum(LEAST)));
    tracing.update(age, finite.select(grows.select(age.scalar(0), old), age.scalar(0)));
    return finite;
  }
}

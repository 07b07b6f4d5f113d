package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;

/// Group normalization (Wu and He 2018) of `x[n, ..., channels]`: the channels are cut into
/// `groups` runs, and each run of each sample, over all positions, gets mean 0 and variance 1; then
/// `* gamma[channels] + beta[channels]`. One group is layer normalization of a whole sample, as
/// many groups as channels are instance normalization.
public record GroupNorm(int groups, double epsilon) implements Layer {
  public GroupNorm {
    Checks.positive("group_norm: groups", groups);
    Checks.above("group_norm: epsilon", epsilon, 0);
  }

  /// Epsilon 0.001, as in Keras.
  public static GroupNorm of(int groups) {
    return new GroupNorm(groups, 1e-3);
  }

  @Override
  public String kind() {
    return "group_norm";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("groups", groups).with("epsilon", epsilon);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 2, "[samples, ..., channels]");
    int channels = x.dim(-1);
    Operands.divides(kind(), groups, "groups", x);
    var gamma = scope.parameter("gamma", Shape.of(channels), Initializer.ones());
    var beta = scope.parameter("beta", Shape.of(channels), Initializer.zeros());
    int positions = Math.toIntExact(x.type().size() / x.dim(0) / channels);
    var cut = x.reshape(x.dim(0), positions, groups, channels / groups);
    var centered = cut.sub(cut.meanKeep(1, 3));
    var normal = centered.mul(centered.square().meanKeep(1, 3).add(epsilon).rsqrt());
    return normal.reshape(x.shape()).mul(gamma).add(beta);
  }
}

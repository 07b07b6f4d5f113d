package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The axes of each sample in another order.
///
/// @param axes of the operand, in the order of the result's; 1 is the first after the axis of
///     samples, as in Keras
public record Permute(List<Integer> axes) implements Layer {
  public Permute {
    axes = List.copyOf(axes);
    for (int axis = 1; axis <= axes.size(); axis++) {
      if (!axes.contains(axis)) {
        throw new IllegalArgumentException(
            "permute: wants each of 1 to " + axes.size() + " once, got " + axes);
      }
    }
  }

  public static Permute of(int... axes) {
    return new Permute(Arrays.stream(axes).boxed().toList());
  }

  @Override
  public String kind() {
    return "permute";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("axes", axes);
  }

  /// Reads what [#settings] gave.
  public static Permute read(Fields f) throws IOException {
    return new Permute(f.integers("axes"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Checks.fits(
        x.rank() == axes.size() + 1,
        "permute: wants %d axes after that of the samples, got %s",
        axes.size(),
        x.type());
    int[] all = new int[x.rank()];
    for (int i = 1; i < all.length; i++) all[i] = axes.get(i - 1);
    return x.permute(all);
  }
}

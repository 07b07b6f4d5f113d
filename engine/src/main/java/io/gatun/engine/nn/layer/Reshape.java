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

/// The elements of each sample under other dimensions, in row-major order.
///
/// @param dims of one sample, without the axis of samples; one may be -1 and is computed
public record Reshape(List<Integer> dims) implements Layer {
  public Reshape {
    dims = List.copyOf(dims);
    boolean valid = dims.stream().allMatch(d -> d > 0 || d == -1);
    if (!valid || dims.stream().filter(d -> d == -1).count() > 1) {
      throw new IllegalArgumentException(
          "reshape: wants positive dimensions, one of them perhaps -1, got " + dims);
    }
  }

  public static Reshape of(int... dims) {
    return new Reshape(Arrays.stream(dims).boxed().toList());
  }

  @Override
  public String kind() {
    return "reshape";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("dims", dims);
  }

  /// Reads what [#settings] gave.
  public static Reshape read(Fields f) throws IOException {
    return new Reshape(f.integers("dims"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Checks.fits(x.rank() >= 1, "reshape: wants [samples, ...], got %s", x.type());
    int[] all = new int[dims.size() + 1];
    all[0] = x.dim(0);
    for (int i = 0; i < dims.size(); i++) all[i + 1] = dims.get(i);
    return x.reshape(all);
  }
}

package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// Repeats each row of images `[n, height, width, channels]` `size[0]` times and each column
/// `size[1]` times.
public record UpSampling2D(List<Integer> size) implements Layer {
  public UpSampling2D {
    size = Pair.checked("up_sampling2d: size", size);
  }

  /// The same number of times in both directions.
  public static UpSampling2D of(int times) {
    return new UpSampling2D(List.of(times, times));
  }

  @Override
  public String kind() {
    return "up_sampling2d";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("size", size);
  }

  /// Reads what [#settings] gave.
  public static UpSampling2D read(Fields f) throws IOException {
    return new UpSampling2D(f.integers("size"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.images(kind(), x);
    int n = x.dim(0);
    int height = x.dim(1);
    int width = x.dim(2);
    int channels = x.dim(3);
    return x.reshape(n, height, 1, width, 1, channels)
        .broadcastTo(n, height, size.get(0), width, size.get(1), channels)
        .reshape(n, height * size.get(0), width * size.get(1), channels);
  }
}

package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;

/// Adds a learned vector to each position of `x[n, time, features]`: the first `time` rows of the
/// parameter `embeddings[length, features]`. `time` is at most `length`.
public record PositionalEmbedding(int length, Initializer initializer) implements Layer {
  public PositionalEmbedding {
    Checks.positive("positional_embedding: length", length);
  }

  /// Uniform in [-0.05, 0.05), as [Embedding].
  public static PositionalEmbedding of(int length) {
    return new PositionalEmbedding(length, Initializer.uniform(-0.05, 0.05));
  }

  public PositionalEmbedding withInitializer(Initializer first) {
    return new PositionalEmbedding(length, first);
  }

  @Override
  public String kind() {
    return "positional_embedding";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("length", length).with("initializer", initializer);
  }

  /// Reads what [#settings] gave.
  public static PositionalEmbedding read(Fields f) throws IOException {
    return new PositionalEmbedding(f.integer("length"), f.initializer("initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    int time = x.dim(1);
    Checks.fits(
        time <= length, "positional_embedding: %d positions are too few for %s", length, x.type());
    var all = scope.parameter("embeddings", Shape.of(length, x.dim(2)), initializer);
    return x.add(time == length ? all : all.slice(0, 0, time));
  }
}

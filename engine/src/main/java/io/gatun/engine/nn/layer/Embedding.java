package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;

/// A vector for each integer of `x[n, ...]`: rows of the parameter `embeddings[entries, size]`, as
/// `[n, ..., size]`. Integers are in `[0, entries)`; data sets with others in an input of the model
/// that is embedded are refused before they are used, naming sample and value.
public record Embedding(int entries, int size, Initializer initializer) implements Layer {
  public Embedding {
    Checks.positive("embedding: entries", entries);
    Checks.positive("embedding: size", size);
  }

  /// Uniform in [-0.05, 0.05), as in Keras.
  public static Embedding of(int entries, int size) {
    return new Embedding(entries, size, Initializer.uniform(-0.05, 0.05));
  }

  public Embedding withInitializer(Initializer first) {
    return new Embedding(entries, size, first);
  }

  @Override
  public String kind() {
    return "embedding";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("entries", entries)
        .with("size", size)
        .with("initializer", initializer);
  }

  /// Reads what [#settings] gave.
  public static Embedding read(Fields f) throws IOException {
    return new Embedding(f.integer("entries"), f.integer("size"), f.initializer("initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Checks.fits(
        x.dtype().isInteger(),
        "embedding: wants integers [samples, ...], got %s; give the network an integer input, as"
            + " TensorType.of(DType.I32, length)",
        x.type());
    scope.indices(x, entries);
    return Nn.embedding(scope.parameter("embeddings", Shape.of(entries, size), initializer), x);
  }
}

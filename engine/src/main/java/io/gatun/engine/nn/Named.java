package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.regex.Pattern;

/// A layer under a name that the user chose.
public record Named(String name, Layer layer) implements Layer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

  public Named {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "layer name \"" + name + "\": use letters, digits, '_', '.' and '-'");
    }
    if (layer instanceof Named) {
      throw new IllegalArgumentException("layer \"" + name + "\" already has a name: " + layer);
    }
  }

  @Override
  public String kind() {
    return layer.kind();
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return layer.apply(scope, x);
  }
}

package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.List;
import java.util.regex.Pattern;

/// A block under the name that its variables bear.
public record Named(String name, Block block) implements Layer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

  public Named {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "layer name \"" + name + "\": use letters, digits, '_', '.' and '-'");
    }
    if (block instanceof Named) {
      throw new IllegalArgumentException("layer \"" + name + "\" already has a name: " + block);
    }
  }

  @Override
  public String kind() {
    return block.kind();
  }

  @Override
  public Settings settings() {
    return block.settings();
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return apply(scope, List.of(x));
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    return block.apply(scope, operands);
  }
}

package io.gatun.engine.nn;

import static java.util.stream.Collectors.joining;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
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

  /// The block's result, traced in a scope of its name.
  ///
  /// @throws GraphException naming this block and the types of its operands
  Value applyIn(Scope scope, List<Value> operands) {
    try {
      return apply(scope.child(name), operands);
    } catch (GraphException e) {
      var types = operands.stream().map(v -> v.type().toString()).collect(joining(", "));
      throw new GraphException("layer \"%s\" on %s: %s".formatted(name, types, e.getMessage()), e);
    }
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

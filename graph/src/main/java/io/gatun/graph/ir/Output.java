package io.gatun.graph.ir;

import java.util.Optional;

/// A named result of a graph. Where `updates` is present the result overwrites that input's memory
/// when a plan runs: the in-place update of a parameter or a cache, outside the IR's own semantics.
public record Output(String name, Node node, Optional<Node> updates) {
  /// Checks that an updated node is an input of the result's type.
  public Output {
    updates.ifPresent(
        input -> {
          GraphException.check(
              input.op() instanceof Input, "output \"%s\" updates %s, not an input", name, input);
          GraphException.check(
              input.type().equals(node.type()),
              "output \"%s\" of type %s updates an input of type %s",
              name,
              node.type(),
              input.type());
        });
  }

  public static Output of(String name, Node node) {
    return new Output(name, node, Optional.empty());
  }

  /// A result that overwrites `input` in place.
  public static Output update(Node input, Node node) {
    String name = input.op() instanceof Input named ? named.name() : input.toString();
    return new Output(name, node, Optional.of(input));
  }
}

package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.List;

/// A piece of a network: plain data that adds its operations to a graph. Its variables are declared
/// through the [Scope] while it does so. The first axis of operands counts samples; channels and
/// features are the last. A block of one operand is a [Layer].
public interface Block extends Part {
  /// The block's result.
  ///
  /// @throws io.gatun.graph.ir.GraphException when it has none for operands of these types
  Value apply(Scope scope, List<Value> operands);

  /// This block under a name of its own, which its variables bear.
  default Named named(String name) {
    return new Named(name, this);
  }
}

package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;

/// A layer of a network: plain data that adds its operations to a graph. Its parameters are
/// declared through the [Scope] while it does so. The first axis of its operand counts samples;
/// channels and features are the last.
public sealed interface Layer
    permits Activation,
        AveragePool2D,
        Conv2D,
        Dense,
        Dropout,
        Flatten,
        MaxPool2D,
        Named,
        Rescaling {
  /// Stem of automatic names and type in files: `dense`.
  String kind();

  /// The layer's result.
  ///
  /// @throws io.gatun.graph.ir.GraphException when it has none for operands of this type
  Value apply(Scope scope, Value x);

  /// This layer under a name of its own, which its parameters bear.
  default Layer named(String name) {
    return new Named(name, this);
  }
}

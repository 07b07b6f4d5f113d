package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.List;

/// A piece of a network with one operand. A layer of your own is a record that implements this, or
/// for what has no settings a function:
///
/// ```java
/// var mish = Layer.of("mish", (scope, x) -> x.mul(Nn.softplus(x).tanh()));
/// ```
///
/// Models that hold it are read again with [Parts#withLayer].
public interface Layer extends Block {
  /// The layer's result.
  ///
  /// @throws io.gatun.graph.ir.GraphException when it has none for operands of this type
  Value apply(Scope scope, Value x);

  @Override
  default Value apply(Scope scope, List<Value> operands) {
    Checks.fits(operands.size() == 1, "%s: has one operand, not %d", kind(), operands.size());
    return apply(scope, operands.getFirst());
  }

  /// This layer with parameters that training leaves alone.
  default Layer frozen() {
    return new Frozen(this);
  }

  /// A layer without settings.
  static Layer of(String kind, Function function) {
    return new FunctionLayer(kind, function);
  }

  /// What a layer does.
  @FunctionalInterface
  interface Function {
    Value apply(Scope scope, Value x);
  }
}

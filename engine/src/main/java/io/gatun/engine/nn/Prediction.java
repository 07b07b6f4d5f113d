package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.TensorType;
import java.util.Optional;

/// What a network gives for a batch. Where its last operation is a softmax or a sigmoid, losses
/// work on what that was applied to: `log(softmax(x))` is exact there and overflows nowhere, and
/// the probabilities need not be computed.
public record Prediction(Value value) {
  public TensorType type() {
    return value.type();
  }

  /// Numbers whose order along the last axis is that of the probabilities.
  public Value scores() {
    return softmaxLogits().orElse(value);
  }

  /// The operand of a final softmax over the last axis.
  public Optional<Value> softmaxLogits() {
    boolean found =
        value.node().op() instanceof Composite composite && composite.name().equals("softmax");
    return found ? Optional.of(operand()) : Optional.empty();
  }

  /// The operand of a final sigmoid.
  public Optional<Value> sigmoidLogits() {
    boolean found = value.node().op().equals(new Unary(Unary.Kind.SIGMOID));
    return found ? Optional.of(operand()) : Optional.empty();
  }

  private Value operand() {
    return new Value(value.builder(), value.node().input(0));
  }
}

package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Shape;
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

  /// Integer labels `[n, ...]` for this prediction `[n, ..., classes]`.
  ///
  /// @param kind for messages: of the loss or metric that asks
  /// @throws io.gatun.graph.ir.GraphException when the target is nothing of the kind
  public Value labels(String kind, Value target) {
    var dims = type().shape().dims();
    var rows = new Shape(dims.subList(0, Math.max(0, dims.size() - 1)));
    Checks.fits(
        dims.size() >= 2
            && target.dtype().isInteger()
            && (target.shape().equals(rows) || target.shape().equals(withOne())),
        "%s: predictions %s want integer labels %s, got %s",
        kind,
        type(),
        rows,
        target.type());
    return target.reshape(rows);
  }

  private Shape withOne() {
    var shape = type().shape();
    return shape.with(shape.rank() - 1, 1);
  }

  /// The target as numbers of this prediction's type; `[n]` serves for `[n, 1]`, and bytes and
  /// integers are converted.
  ///
  /// @param kind for messages: of the loss or metric that asks
  /// @throws io.gatun.graph.ir.GraphException when the target has another shape
  public Value numbers(String kind, Value target) {
    var want = type();
    boolean column = want.shape().rank() == target.rank() + 1 && withOne().equals(want.shape());
    Checks.fits(
        target.shape().equals(want.shape()) || column && want.size() == target.type().size(),
        "%s: predictions %s want targets of that shape, got %s",
        kind,
        want,
        target.type());
    return target.cast(want.dtype()).reshape(want.shape());
  }

  /// The mean over all axes but the first.
  public static Value perSample(Value elementwise) {
    return elementwise.rank() == 1 ? elementwise : elementwise.flatten().mean(1);
  }
}

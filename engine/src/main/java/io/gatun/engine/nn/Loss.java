package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// How far predictions are from targets. Training minimises its mean over samples. A loss of your
/// own is a record that implements this, or for what has no settings a function of prediction and
/// target:
///
/// ```java
/// var absolute = Loss.of("absolute", (p, t) -> p.value().sub(p.numbers("absolute", t)).abs());
/// ```
///
/// Models that hold it are read again with [Parts#withLoss].
public interface Loss extends Part {
  /// Probabilities are kept this far from 0 and 1 before their logarithm is taken, as in Keras.
  double PROBABILITY_MARGIN = 1e-7;

  /// The loss of each sample, or of each position in each sample: floats `[samples, ...]`.
  ///
  /// @throws io.gatun.graph.ir.GraphException when the types do not fit, naming both
  Value of(Prediction prediction, Value target);

  /// Number of classes where targets are labels, which must be in `[0, classes)` or
  /// [#ignoredLabel].
  default OptionalInt classes(TensorType prediction) {
    return OptionalInt.empty();
  }

  /// The label of positions that do not count, as padding: their losses and gradients are left out,
  /// and the loss of a batch is the mean over the others, 0 where there are none. Need not be one
  /// of the classes.
  default OptionalInt ignoredLabel() {
    return OptionalInt.empty();
  }

  /// Which of the losses count: `bool` of their shape; all of them where empty.
  ///
  /// @param losses as [#of] gave them
  default Optional<Value> counted(Value losses, Value target) {
    if (ignoredLabel().isEmpty()) return Optional.empty();
    var label = target.reshape(losses.shape()).cast(DType.I32);
    return Optional.of(label.ne(ignoredLabel().getAsInt()));
  }

  /// A loss without settings.
  static Loss of(String kind, BiFunction<Prediction, Value, Value> function) {
    return new FunctionLoss(kind, function);
  }
}

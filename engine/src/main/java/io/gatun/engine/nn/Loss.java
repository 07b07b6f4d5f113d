package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.OptionalInt;

/// How far predictions are from targets. Training minimises its mean over samples.
public sealed interface Loss
    permits BinaryCrossEntropy,
        CategoricalCrossEntropy,
        MeanSquaredError,
        SparseCategoricalCrossEntropy {
  /// Probabilities are kept this far from 0 and 1 before their logarithm is taken, as in Keras.
  double PROBABILITY_MARGIN = 1e-7;

  /// Name in files: `mean_squared_error`.
  String kind();

  /// The loss of each sample, or of each position in each sample: floats `[samples, ...]`.
  ///
  /// @throws io.gatun.graph.ir.GraphException when the types do not fit, naming both
  Value of(Prediction prediction, Value target);

  /// Number of classes where targets are labels, which must be in `[0, classes)`.
  default OptionalInt classes(TensorType prediction) {
    return OptionalInt.empty();
  }
}

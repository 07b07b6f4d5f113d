package io.gatun.engine.nn.metric;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;

/// The predicted and the true class of each row, `i32[rows]`. A true class outside of `[0,
/// classes)`, as the label of padding, does not count.
record Outcome(Value predicted, Value truth, int classes) {
  /// One number a sample tells two classes apart, by whether it is above a threshold; else the
  /// greatest score along the last axis is the class. Targets of the predictions' shape name theirs
  /// by the greatest element, others are labels.
  ///
  /// @param kind for messages: of the metric that asks
  static Outcome of(String kind, Prediction prediction, Value target, double threshold) {
    Checks.fits(
        prediction.value().rank() >= 2,
        "%s: wants predictions [samples, ..., classes], got %s",
        kind,
        prediction.type());
    if (prediction.value().dim(-1) == 1) {
      var positive = prediction.numbers(kind, target).gt(0.5);
      return new Outcome(number(prediction.value().gt(threshold)), number(positive), 2);
    }
    var scores = prediction.scores();
    var truth =
        target.shape().equals(scores.shape())
            ? target.argmax(-1)
            : prediction.labels(kind, target).cast(DType.I32);
    return new Outcome(row(scores.argmax(-1)), row(truth), scores.dim(-1));
  }

  /// As [#classes] will be for predictions of this type.
  static int classes(TensorType prediction) {
    return Math.max(2, prediction.shape().dim(prediction.shape().rank() - 1));
  }

  private static Value number(Value positive) {
    return row(positive.cast(DType.I32));
  }

  private static Value row(Value values) {
    return values.reshape(-1);
  }

  /// Rows that count: `bool[rows]`.
  Value counted() {
    return truth.ge(0).and(truth.lt(classes));
  }

  /// Rows that count and are right: `bool[rows]`.
  Value right() {
    return predicted.eq(truth).and(counted());
  }
}

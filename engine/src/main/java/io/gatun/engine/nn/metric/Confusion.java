package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// How often samples of each class were taken for each class. Its figure in reports is the
/// accuracy; the whole matrix is read by [io.gatun.engine.nn.Model#confusionMatrix]. Labels that
/// are no class do not count.
///
/// @param threshold for one number a sample, which tells two classes apart: 0.5 for probabilities,
/// 0 for logits
public record Confusion(double threshold) implements Metric {
  /// The matrix of probabilities, or of the greatest of several scores.
  public Confusion() {
    this(0.5);
  }

  @Override
  public String kind() {
    return "confusion";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("threshold", threshold);
  }

  /// Counts by true and predicted class.
  @Override
  public List<TensorType> states(TensorType prediction) {
    int classes = Outcome.classes(prediction);
    return List.of(TensorType.of(DType.I64, classes, classes));
  }

  /// The product of one-hot rows counts pairs; in single precision it is exact for up to 2^24 rows
  /// a batch.
  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var outcome = Outcome.of(kind(), prediction, target, threshold);
    var truth = outcome.truth().oneHot(outcome.classes(), DType.F32);
    var predicted = outcome.predicted().oneHot(outcome.classes(), DType.F32);
    var pairs = truth.transpose().matmul(predicted);
    return List.of(states.getFirst().add(pairs.cast(DType.I64)));
  }

  /// The share of pairs of equal classes.
  @Override
  public double result(List<Tensor> states, long samples) {
    return matrix(states).accuracy();
  }

  /// The matrix with classes named by their labels.
  public ConfusionMatrix matrix(List<Tensor> states) {
    var state = states.getFirst();
    int classes = state.type().shape().dim(0);
    long[] flat = Counts.of(state);
    var counts = new long[classes][classes];
    for (int i = 0; i < flat.length; i++) counts[i / classes][i % classes] = flat[i];
    return new ConfusionMatrix(ConfusionMatrix.numbered(classes), counts);
  }
}

package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.OptionalInt;

/// `-log(p[label])` for predictions `[n, ..., classes]` and integer labels `[n, ...]` (or `[n, ...,
/// 1]`).
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final softmax are taken back to its logits
/// @param smoothing part of each target that goes to all classes alike (Szegedy et al. 2016,
///     section 7): `-(1 - smoothing) log(p[label]) - smoothing mean(log(p))`
/// @param ignoredLabel as -1 or the number of a padding token; see [Loss#ignoredLabel]
public record SparseCategoricalCrossEntropy(
    boolean fromLogits, double smoothing, OptionalInt ignoredLabel) implements Loss {
  public SparseCategoricalCrossEntropy {
    Checks.range("sparse categorical cross-entropy: smoothing", smoothing, 0, 1);
  }

  /// No smoothing, and every label counts.
  public SparseCategoricalCrossEntropy(boolean fromLogits) {
    this(fromLogits, 0, OptionalInt.empty());
  }

  /// The loss of probabilities.
  public static SparseCategoricalCrossEntropy of() {
    return new SparseCategoricalCrossEntropy(false);
  }

  public SparseCategoricalCrossEntropy withSmoothing(double part) {
    return new SparseCategoricalCrossEntropy(fromLogits, part, ignoredLabel);
  }

  public SparseCategoricalCrossEntropy withIgnoredLabel(int label) {
    return new SparseCategoricalCrossEntropy(fromLogits, smoothing, OptionalInt.of(label));
  }

  @Override
  public String kind() {
    return "sparse_categorical_cross_entropy";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("from_logits", fromLogits)
        .with("smoothing", smoothing)
        .with("ignored_labels", ignoredLabel.stream().boxed().toList());
  }

  /// Reads what [#settings] gave.
  public static SparseCategoricalCrossEntropy read(Fields f) throws IOException {
    var ignored = f.integers("ignored_labels");
    if (ignored.size() > 1) throw f.failure("ignored_labels", "at most one label");
    return new SparseCategoricalCrossEntropy(
        f.flag("from_logits"),
        f.number("smoothing"),
        ignored.stream().mapToInt(i -> i).findFirst());
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var label = prediction.labels(kind(), target);
    if (fromLogits) return ofLogits(prediction.value(), label);
    return prediction
        .softmaxLogits()
        .map(logits -> ofLogits(logits, label))
        .orElseGet(() -> ofProbabilities(prediction.value(), label));
  }

  private Value ofLogits(Value logits, Value label) {
    var loss = Nn.crossEntropy(logits, label);
    return smoothing == 0 ? loss : smooth(loss, Nn.logSoftmax(logits));
  }

  private Value ofProbabilities(Value p, Value label) {
    var picked = label.oneHot(p.dim(-1)).select(p, p.scalar(0)).sum(-1);
    var loss = picked.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN).log().neg();
    if (smoothing == 0) return loss;
    return smooth(loss, p.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN).log());
  }

  private Value smooth(Value loss, Value logarithms) {
    return loss.mul(1 - smoothing).sub(logarithms.mean(-1).mul(smoothing));
  }

  @Override
  public OptionalInt classes(TensorType prediction) {
    return OptionalInt.of(prediction.shape().dim(prediction.shape().rank() - 1));
  }
}

package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.Collections;
import java.util.List;

/// The area under the ROC curve of two classes: how often a positive sample has a greater
/// probability than a negative one, which the network's numbers are; targets above 0.5 are
/// positive. Probabilities are counted in equal bins, and two of one bin tie, which counts half:
/// the figure is off by at most half of the share of pairs within one bin. 0 where either class has
/// no sample.
///
/// @param bins as many as tell probabilities apart; Keras has 199 of them
/// @param fromLogits whether predictions are logits
public record Auc(int bins, boolean fromLogits) implements Metric {
  public Auc {
    Checks.positive("auc: bins", bins);
  }

  /// The area for probabilities in 200 bins.
  public static Auc of() {
    return new Auc(200, false);
  }

  @Override
  public String kind() {
    return "auc";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("bins", bins).with("from_logits", fromLogits);
  }

  /// Positive and negative samples in each bin.
  @Override
  public List<TensorType> states(TensorType prediction) {
    return Collections.nCopies(2, TensorType.of(DType.I64, bins));
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var positive = prediction.numbers(kind(), target).gt(0.5).reshape(-1, 1);
    var p = fromLogits ? prediction.value().sigmoid() : prediction.value();
    var place = p.mul(bins).floor().clamp(0, bins - 1.0).cast(DType.I32);
    var bin = place.reshape(-1).oneHot(bins);
    return List.of(
        states.get(0).add(Counts.of(bin.and(positive), 0)),
        states.get(1).add(Counts.of(bin.and(positive.not()), 0)));
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    long[] positive = Counts.of(states.get(0));
    long[] negative = Counts.of(states.get(1));
    double ordered = 0;
    double below = 0;
    double positives = 0;
    for (int i = 0; i < bins; i++) {
      ordered += positive[i] * (below + negative[i] / 2.0);
      below += negative[i];
      positives += positive[i];
    }
    return Counts.ratio(ordered, positives * below);
  }
}

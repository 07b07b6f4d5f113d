package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The fraction of labels among the `k` greatest scores. Of equal scores the one of the lower label
/// is the greater; a score that is NaN is greater than all others, and never right. Labels that are
/// no class do not count. Nothing is sorted: a label is right when fewer than `k` scores are
/// greater than its own.
public record TopKAccuracy(int k) implements Metric {
  public TopKAccuracy {
    Checks.positive("top-k accuracy: k", k);
  }

  @Override
  public String kind() {
    return "top_k_accuracy";
  }

  @Override
  public String name() {
    return "top_" + k + "_accuracy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("k", k);
  }

  /// Right and all predictions.
  @Override
  public List<TensorType> states(TensorType prediction) {
    return List.of(Counts.ONE, Counts.ONE);
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var scores = prediction.scores();
    int classes = scores.dim(-1);
    var label = prediction.labels(kind(), target).cast(DType.I32);
    var isLabel = label.oneHot(classes);
    var own = isLabel.select(scores, scores.scalar(0)).sumKeep(-1);
    var number = Value.iota(scores.builder(), scores.type().with(DType.I32), -1);
    var equalButLater = scores.eq(own).and(number.ge(label.expandDims(-1)));
    var before = scores.lt(own).or(equalButLater).not();
    var counted = label.ge(0).and(label.lt(classes));
    var right = before.cast(DType.I32).sum(-1).lt(k).and(counted).and(own.eq(own).squeeze(-1));
    return List.of(states.get(0).add(Counts.of(right)), states.get(1).add(Counts.of(counted)));
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    return Counts.ratio(states.get(0).item(), states.get(1).item());
  }
}

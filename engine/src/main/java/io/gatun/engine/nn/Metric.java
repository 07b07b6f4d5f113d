package io.gatun.engine.nn;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.BiFunction;

/// A figure over many batches. What it needs of each is added to states in the graph of a step, so
/// that no prediction has to be read. A metric of your own implements this, or is the mean of a
/// function of each sample:
///
/// ```java
/// var absolute = Metric.mean("mae", (p, t) -> p.value().sub(p.numbers("mae", t)).abs());
/// ```
///
/// Models that hold it are read again with [Parts#withMetric].
public interface Metric extends Part {
  /// Name in reports: `accuracy`.
  default String name() {
    return kind();
  }

  /// Types of the states, which are zero at first.
  ///
  /// @param prediction type of the output for a batch of one
  List<TensorType> states(TensorType prediction);

  /// The states after a batch.
  ///
  /// @throws io.gatun.graph.ir.GraphException when the types do not fit, naming both
  List<Value> update(List<Value> states, Prediction prediction, Value target);

  /// The figure.
  ///
  /// @param samples since the states were zero
  double result(List<Tensor> states, long samples);

  /// The mean over all elements of what the function gives for a batch.
  static Metric mean(String kind, BiFunction<Prediction, Value, Value> function) {
    return new MeanMetric(kind, function);
  }
}

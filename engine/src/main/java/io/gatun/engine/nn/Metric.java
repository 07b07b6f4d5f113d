package io.gatun.engine.nn;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// A figure over many batches. What it needs of each is added to states in the graph of a step, so
/// that no prediction has to be read.
public sealed interface Metric permits Accuracy {
  /// Name in files and reports: `accuracy`.
  String kind();

  /// Types of the states, which are zero at first.
  List<TensorType> states();

  /// The states after a batch.
  ///
  /// @throws io.gatun.graph.ir.GraphException when the types do not fit, naming both
  List<Value> update(List<Value> states, Prediction prediction, Value target);

  /// The figure.
  ///
  /// @param samples since the states were zero
  double result(List<Tensor> states, long samples);
}

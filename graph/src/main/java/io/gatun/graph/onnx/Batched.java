package io.gatun.graph.onnx;

import io.gatun.graph.ir.Graph;

/// What has a graph of inference for each size of batch, as trained models have.
public interface Batched {
  /// The graph for `size` samples, with the parameters as constants.
  Graph inferenceGraph(int size);
}

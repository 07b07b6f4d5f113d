package io.gatun.graph.onnx;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.NdArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// A model for given shapes in two parts: a graph that can be compiled, and operators whose shapes
/// depend on data, with all that follows from them, which the reference evaluates for each run.
public final class OnnxParts {
  private final Graph graph;
  private final Map<String, Integer> operators;
  private final Function<Map<String, NdArray>, Map<String, NdArray>> rest;

  OnnxParts(
      Graph graph,
      Map<String, Integer> operators,
      Function<Map<String, NdArray>, Map<String, NdArray>> rest) {
    this.graph = graph;
    this.operators = Collections.unmodifiableMap(new LinkedHashMap<>(operators));
    this.rest = rest;
  }

  /// The first part. Its outputs are those of the model that do not depend on the second, then the
  /// values that the second reads, whose names begin with `cut:`.
  public Graph graph() {
    return graph;
  }

  /// How often each operator occurs in the second part; empty where the graph is the whole model.
  public Map<String, Integer> operators() {
    return operators;
  }

  /// The outputs of the model that the graph does not give.
  ///
  /// @param values the graph's outputs by name
  /// @throws OnnxException naming the node that cannot be computed
  public Map<String, NdArray> finish(Map<String, NdArray> values) {
    return operators.isEmpty() ? Map.of() : rest.apply(values);
  }
}

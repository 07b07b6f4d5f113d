package io.gatun.graph.onnx;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.NdArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A model for given shapes in two parts: a graph that can be compiled, and operators whose shapes
/// depend on data, with all that follows from them, which the reference evaluates for each run.
public final class OnnxParts {
  private final OnnxInstance first;
  private final Map<String, Integer> operators;
  private final Function<Map<String, NdArray>, Rest> rest;

  /// What the second part gives.
  ///
  /// @param arrays outputs by name
  /// @param labels as in [OnnxInstance#labels]
  public record Rest(Map<String, NdArray> arrays, Map<String, List<String>> labels) {
    public Rest {
      arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
      labels = Map.copyOf(labels);
    }
  }

  OnnxParts(
      OnnxInstance first,
      Map<String, Integer> operators,
      Function<Map<String, NdArray>, Rest> rest) {
    this.first = first;
    this.operators = Collections.unmodifiableMap(new LinkedHashMap<>(operators));
    this.rest = rest;
  }

  /// The first part. Its outputs are those of the model that do not depend on the second, then the
  /// values that the second reads, whose names begin with `cut:`.
  public Graph graph() {
    return first.graph();
  }

  /// What the numbers that the first part gives stand for, as in [OnnxInstance#labels].
  public Map<String, List<String>> labels() {
    return first.labels();
  }

  /// How often each operator occurs in the second part; empty where the graph is the whole model.
  public Map<String, Integer> operators() {
    return operators;
  }

  /// The outputs of the model that the graph does not give.
  ///
  /// @param values the graph's outputs by name
  /// @throws OnnxException naming the node that cannot be computed
  public Rest finish(Map<String, NdArray> values) {
    return operators.isEmpty() ? new Rest(Map.of(), Map.of()) : rest.apply(values);
  }
}

package io.gatun.graph.onnx;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model for given bindings.
///
/// @param graph all inputs and outputs that are tensors
/// @param results what each output of the model is, in its order
/// @param read names of the inputs whose bound values the graph depends on
public record OnnxInstance(Graph graph, Map<String, Result> results, Set<String> read) {
  public OnnxInstance {
    results = new LinkedHashMap<>(results);
    read = Set.copyOf(read);
  }

  /// What an output of a model is.
  public sealed interface Result {}

  /// An output of the graph.
  ///
  /// @param output its name there
  /// @param element its type in ONNX
  /// @param type its type in the graph
  public record TensorResult(String output, ElementType element, TensorType type)
      implements Result {}

  /// A sequence; the tensors in it are outputs `name.0`, `name.1` ... of the graph.
  public record SequenceResult(List<Result> elements) implements Result {
    public SequenceResult {
      elements = List.copyOf(elements);
    }
  }

  /// Strings, which are known without running the graph.
  public record StringResult(StringArray array) implements Result {}

  /// An optional value that is not there.
  public record AbsentResult() implements Result {}
}

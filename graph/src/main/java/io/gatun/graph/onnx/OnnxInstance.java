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

  /// What the numbers of outputs stand for: the table of each output of strings, and for an output
  /// of maps the keys of its columns.
  public Map<String, List<String>> labels() {
    var labels = new LinkedHashMap<String, List<String>>();
    results.values().forEach(result -> collect(result, labels));
    return labels;
  }

  private static void collect(Result result, Map<String, List<String>> labels) {
    switch (result) {
      case TextResult(String output, List<String> table) -> labels.put(output, table);
      case MapsResult(String output, List<String> keys) -> labels.put(output, keys);
      case SequenceResult(List<Result> elements) -> elements.forEach(e -> collect(e, labels));
      case TensorResult _, AbsentResult _ -> {}
    }
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

  /// Strings.
  ///
  /// @param output of the graph: for each string its place in the table, as `i64`
  public record TextResult(String output, List<String> table) implements Result {
    public TextResult {
      table = List.copyOf(table);
    }
  }

  /// A sequence of maps with the same keys, as `ZipMap` gives for a classifier.
  ///
  /// @param output of the graph: a row for each map, a column for each key
  /// @param keys numbers as their text
  public record MapsResult(String output, List<String> keys) implements Result {
    public MapsResult {
      keys = List.copyOf(keys);
    }
  }

  /// An optional value that is not there.
  public record AbsentResult() implements Result {}
}

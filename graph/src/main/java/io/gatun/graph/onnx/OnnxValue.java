package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import java.util.List;

/// What a name of an ONNX graph stands for while it is imported. Sequences, optional values and
/// strings exist only then: the graph has the tensors in them.
sealed interface OnnxValue {
  /// A tensor of the graph.
  record Tensor(Value value, ElementType type) implements OnnxValue {
    static Tensor of(Value value) {
      return new Tensor(value, ElementType.of(value.dtype()));
    }
  }

  /// Strings, which are known.
  record Strings(StringArray array) implements OnnxValue {}

  /// A sequence of values.
  record Sequence(List<OnnxValue> elements) implements OnnxValue {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /// An optional value that is not there.
  record Absent() implements OnnxValue {}
}

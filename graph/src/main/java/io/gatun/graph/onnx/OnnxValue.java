package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import java.util.List;

/// What a name of an ONNX graph stands for while it is imported. Sequences, maps, optional values
/// and strings exist only then: the graph has the tensors in them.
sealed interface OnnxValue {
  /// A tensor of the graph.
  record Tensor(Value value, ElementType type) implements OnnxValue {
    static Tensor of(Value value) {
      return new Tensor(value, ElementType.of(value.dtype()));
    }
  }

  /// Strings, which are known.
  record Strings(StringArray array) implements OnnxValue {}

  /// Strings that depend on data: places in a table, as `i64`.
  record Coded(Value codes, List<String> table) implements OnnxValue {
    public Coded {
      table = List.copyOf(table);
    }
  }

  /// A sequence of maps with the same keys, as `ZipMap` gives: a matrix with a row for each map and
  /// a column for each key.
  record Maps(Value values, List<String> keys) implements OnnxValue {
    public Maps {
      keys = List.copyOf(keys);
    }
  }

  /// A sequence of values.
  record Sequence(List<OnnxValue> elements) implements OnnxValue {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /// An optional value that is not there.
  record Absent() implements OnnxValue {}
}

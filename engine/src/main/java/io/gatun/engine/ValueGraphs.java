package io.gatun.engine;

import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.OnnxInstance;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.tensor.NdArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/// Graphs of a model that depend on values of its inputs, for inputs of given types: each serves
/// all values of the inputs that it does not depend on. Those that were used last are kept.
final class ValueGraphs {
  /// A graph and the values of the inputs that it depends on.
  private record Made(Map<String, NdArray> read, OnnxInstance instance) {
    boolean serves(Map<String, NdArray> values) {
      return read.entrySet().stream()
          .allMatch(entry -> isSame(entry.getValue(), values.get(entry.getKey())));
    }

    private static boolean isSame(NdArray a, NdArray b) {
      boolean isFloat = a.type().dtype().isFloat();
      return LongStream.range(0, a.size())
          .mapToInt(Math::toIntExact)
          .allMatch(
              i -> isFloat ? Double.compare(a.at(i), b.at(i)) == 0 : a.longAt(i) == b.longAt(i));
    }
  }

  private final OnnxModel model;
  private final Deque<Made> recent = new ArrayDeque<>();

  ValueGraphs(OnnxModel model) {
    this.model = model;
  }

  /// The model for these values by the names of the inputs.
  OnnxInstance of(Map<String, NdArray> values) {
    for (var made : recent) {
      if (!made.serves(values)) continue;
      recent.remove(made);
      recent.addFirst(made);
      return made.instance();
    }
    var made = make(values);
    if (recent.size() == Program.DEFAULT_BOUND) recent.removeLast();
    recent.addFirst(made);
    return made.instance();
  }

  private Made make(Map<String, NdArray> values) {
    var bindings = Bindings.none();
    for (var entry : values.entrySet()) {
      bindings = bindings.value(entry.getKey(), entry.getValue());
    }
    var instance = model.instance(bindings);
    var read = new LinkedHashMap<String, NdArray>();
    for (String name : instance.read()) read.put(name, values.get(name));
    return new Made(read, instance);
  }
}

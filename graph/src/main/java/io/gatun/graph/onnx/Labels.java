package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import java.util.List;

/// Names of classes: integers, or strings.
record Labels(List<Long> numbers, List<String> names) {
  /// Those of two attributes of which one is there.
  static Labels of(Call c, String numbers, String names) {
    var labels = new Labels(c.attributes().longs(numbers), c.attributes().texts(names));
    OnnxException.check(
        labels.numbers.isEmpty() != labels.names.isEmpty(),
        "wants one of the attributes %s and %s",
        numbers,
        names);
    return labels;
  }

  int size() {
    return Math.max(numbers.size(), names.size());
  }

  /// All of them, as text.
  List<String> texts() {
    return names.isEmpty() ? numbers.stream().map(String::valueOf).toList() : names;
  }

  /// The labels of classes counted from 0.
  OnnxValue at(Call c, Value classes) {
    if (names.isEmpty()) {
      return OnnxValue.Tensor.of(c.vector(numbers).take(classes, 0));
    }
    return TextCodes.of(c, classes.cast(DType.I64), names);
  }

  /// The first label or, where it does not hold, 0 or an empty string.
  OnnxValue orNone(Call c, Value holds) {
    var both =
        names.isEmpty()
            ? new Labels(List.of(0L, numbers.getFirst()), List.of())
            : new Labels(List.of(), List.of("", names.getFirst()));
    return both.at(c, holds.cast(DType.I32));
  }
}

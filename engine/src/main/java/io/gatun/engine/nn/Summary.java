package io.gatun.engine.nn;

import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The table that describes a network.
final class Summary {
  private static final String FORMAT = "%-24s %-20s %12s %14s%n";

  private Summary() {}

  /// One layer: what it is, the type of its result for a batch of one, its own variables.
  record Row(String name, String kind, TensorType output, List<Variable> variables) {
    long parameters() {
      return variables.stream().mapToLong(v -> v.type().size()).sum();
    }

    long bytes() {
      return variables.stream().mapToLong(v -> v.type().bytes()).sum();
    }
  }

  static String text(TensorType input, List<Row> rows) {
    var text = new StringBuilder();
    text.append(line("layer (kind)", "output", "parameters", "bytes"));
    text.append(line("input", type(TrainingGraphs.batch(input, 1)), "0", "0"));
    for (var row : rows) {
      text.append(
          line(
              row.name() + " (" + row.kind() + ")",
              type(row.output()),
              number(row.parameters()),
              number(row.bytes())));
    }
    long parameters = rows.stream().mapToLong(Row::parameters).sum();
    long bytes = rows.stream().mapToLong(Row::bytes).sum();
    return text.append(line("total", "", number(parameters), number(bytes))).toString();
  }

  private static String line(String name, String output, String parameters, String bytes) {
    return String.format(Locale.ROOT, FORMAT, name, output, parameters, bytes);
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /// The type with an open first axis: `f32[?,128]`.
  private static String type(TensorType type) {
    var dims = type.shape().dims();
    return dims.subList(1, dims.size()).stream()
        .map(d -> "," + d)
        .collect(Collectors.joining("", type.dtype().text() + "[?", "]"));
  }
}

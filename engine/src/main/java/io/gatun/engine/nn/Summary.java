package io.gatun.engine.nn;

import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The table that describes a network.
final class Summary {
  private Summary() {}

  /// One block: what it is, where its operands come from, the type of its result for a batch of
  /// one, and its own variables.
  record Row(
      Named block,
      List<Integer> operands,
      List<TensorType> operandTypes,
      TensorType output,
      List<Variable> variables) {
    long count(Variable.Role role) {
      return variables.stream().filter(v -> v.role() == role).mapToLong(v -> v.type().size()).sum();
    }

    long parameters() {
      return count(Variable.Role.PARAMETER) + count(Variable.Role.STATE);
    }

    long bytes() {
      return variables.stream().mapToLong(v -> v.type().bytes()).sum();
    }

    /// What the flops depend on: equal blocks on equal operands have the same.
    Work work() {
      return new Work(block.block(), operandTypes);
    }
  }

  /// A block on operands of these types.
  record Work(Block block, List<TensorType> operands) {}

  static String text(List<String> inputNames, List<TensorType> inputs, List<Row> rows) {
    boolean chain = inputs.size() == 1;
    for (int i = 0; i < rows.size(); i++) chain &= rows.get(i).operands().equals(List.of(i));
    var names = new ArrayList<>(inputNames);
    var table = new ArrayList<List<String>>();
    table.add(line(chain, "layer (kind)", "from", "output", "parameters", "bytes", "flops"));
    for (int i = 0; i < inputs.size(); i++) {
      table.add(line(chain, inputNames.get(i), "", type(inputs.get(i)), "0", "0", "0"));
    }
    var known = new HashMap<Work, Long>();
    long flops = 0;
    for (var row : rows) {
      long own = known.computeIfAbsent(row.work(), Walk::flops);
      flops += own;
      table.add(
          line(
              chain,
              row.block().name() + " (" + row.block().kind() + ")",
              row.operands().stream().map(names::get).collect(Collectors.joining(", ")),
              type(row.output()),
              number(row.parameters()),
              number(row.bytes()),
              number(own)));
      names.add(row.block().name());
    }
    long parameters = rows.stream().mapToLong(Row::parameters).sum();
    long frozen = rows.stream().mapToLong(r -> r.count(Variable.Role.STATE)).sum();
    long bytes = rows.stream().mapToLong(Row::bytes).sum();
    var total = "total" + (frozen == 0 ? "" : " (" + number(frozen) + " not trained)");
    table.add(line(chain, total, "", "", number(parameters), number(bytes), number(flops)));
    return aligned(table, chain ? 2 : 3);
  }

  /// A row, without the column `from` for a chain.
  private static List<String> line(boolean chain, String... cells) {
    var line = new ArrayList<>(List.of(cells));
    if (chain) line.remove(1);
    return line;
  }

  /// The first columns to the left, the numbers to the right.
  private static String aligned(List<List<String>> table, int left) {
    int[] widths = new int[table.getFirst().size()];
    for (var line : table) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (var line : table) {
      var row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        var format = (i < left ? "%-" : "%") + Math.max(1, widths[i]) + "s  ";
        row.append(String.format(Locale.ROOT, format, line.get(i)));
      }
      text.append(row.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
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

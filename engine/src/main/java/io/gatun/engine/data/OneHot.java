package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/// Turns a text into a row of zeros with a one at its class.
///
/// @param classes of the texts that this was fitted to
/// @param unknownIsZeros whether a text that is no class becomes a row of zeros; else it is refused
public record OneHot(Classes classes, boolean unknownIsZeros) {
  /// Learns the distinct texts, sorted; others will be refused.
  public static OneHot fit(List<String> texts) {
    return new OneHot(Classes.of(texts), false);
  }

  /// This encoder with zeros for texts that are no class.
  public OneHot withUnknownAsZeros() {
    return new OneHot(classes, true);
  }

  /// The texts as `f32[n,classes]` in `arena`.
  ///
  /// @throws IllegalArgumentException naming the row of a text that is no class
  public Column column(String name, List<String> texts, Arena arena) {
    Map<String, Integer> labels = classes.labels();
    return column(
        name,
        texts.size(),
        classes.size(),
        row -> {
          int label = labels.getOrDefault(texts.get(row), -1);
          if (label < 0 && !unknownIsZeros) throw classes.unknown(texts.get(row), row);
          return label;
        },
        arena);
  }

  /// Labels as `f32[n,classes]` in `arena`.
  public static Column column(String name, Labels labels, Arena arena) {
    int[] values = labels.values();
    return column(name, values.length, labels.classes().size(), row -> values[row], arena);
  }

  private static Column column(
      String name, int rows, int classes, IntUnaryOperator label, Arena arena) {
    var type = TensorType.f32(rows, classes);
    var data = arena.allocate(type.bytes(), 64).fill((byte) 0);
    for (int row = 0; row < rows; row++) {
      int one = label.applyAsInt(row);
      if (one >= 0) data.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * classes + one, 1);
    }
    return Column.of(name, Literal.of(type, data));
  }
}

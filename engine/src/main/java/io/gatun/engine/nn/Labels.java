package io.gatun.engine.nn;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Elements;
import java.util.OptionalInt;

/// The check of a data set's labels and indices, before they are used.
final class Labels {
  private Labels() {}

  /// @param ignored a label that need not be in `[0, classes)`
  /// @throws EngineException when another label is outside of that, naming the sample
  static void check(String call, Column column, int classes, OptionalInt ignored) {
    var dtype = column.type().dtype();
    if (!dtype.isInteger() || column.scale().isPresent()) {
      throw new EngineException(
          "%s: the loss wants integer labels, column \"%s\" has %s"
              .formatted(call, column.name(), column.rowType()));
    }
    check(call, column, "label", classes, "the model's classes", ignored);
  }

  /// @throws EngineException when an index is outside of `[0, entries)`, naming the sample
  static void checkIndices(String call, Column column, int entries) {
    var entry = "the entries of the model's embedding";
    check(call, column, "index", entries, entry, OptionalInt.empty());
  }

  private static void check(
      String call, Column column, String what, int limit, String limits, OptionalInt ignored) {
    var dtype = column.type().dtype();
    long perSample = Math.max(1, column.rowShape().size());
    for (long i = 0; i < column.type().size(); i++) {
      long value = Elements.getLong(column.data(), dtype, i);
      boolean isIgnored = ignored.isPresent() && value == ignored.getAsInt();
      if ((value < 0 || value >= limit) && !isIgnored) {
        throw new EngineException(
            "%s: %s %d of sample %d in column \"%s\" is not in [0, %d), %s"
                .formatted(call, what, value, i / perSample, column.name(), limit, limits));
      }
    }
  }
}

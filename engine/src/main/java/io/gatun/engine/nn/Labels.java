package io.gatun.engine.nn;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Elements;

/// The check of a data set's labels, before they are trained on.
final class Labels {
  private Labels() {}

  /// @throws EngineException when a label is outside of `[0, classes)`, naming the sample
  static void check(String call, Column column, int classes) {
    var dtype = column.type().dtype();
    if (!dtype.isInteger() || column.scale().isPresent()) {
      throw new EngineException(
          "%s: the loss wants integer labels, column \"%s\" has %s"
              .formatted(call, column.name(), column.rowType()));
    }
    long perSample = Math.max(1, column.rowShape().size());
    for (long i = 0; i < column.type().size(); i++) {
      long label = Elements.getLong(column.data(), dtype, i);
      if (label < 0 || label >= classes) {
        throw new EngineException(
            "%s: label %d of sample %d in column \"%s\" is not in [0, %d), the model's classes"
                .formatted(call, label, i / perSample, column.name(), classes));
      }
    }
  }
}

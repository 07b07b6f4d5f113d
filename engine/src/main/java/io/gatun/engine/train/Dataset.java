package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import java.util.List;
import java.util.stream.Stream;

/// Samples in memory: columns that a model reads and columns that its loss compares with, all of
/// the same number of rows.
public record Dataset(List<Column> inputs, List<Column> targets) {
  public Dataset {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.isEmpty()) throw new EngineException("a data set needs an input column");
    int rows = inputs.getFirst().rows();
    for (var column : Stream.concat(inputs.stream(), targets.stream()).toList()) {
      if (column.rows() != rows) {
        throw new EngineException(
            "data set: column \"%s\" has %d rows, \"%s\" has %d; one row a sample"
                .formatted(inputs.getFirst().name(), rows, column.name(), column.rows()));
      }
    }
  }

  public static Dataset of(Column input, Column target) {
    return new Dataset(List.of(input), List.of(target));
  }

  /// Samples along the first axis of both tensors, which must outlive the data set.
  public static Dataset of(Tensor input, Tensor target) {
    return of(Column.of(input), Column.of(target));
  }

  /// Samples without targets.
  public static Dataset of(Column input) {
    return new Dataset(List.of(input), List.of());
  }

  /// Number of samples.
  public int size() {
    return inputs.getFirst().rows();
  }

  /// Samples `[from, to)`, without a copy.
  public Dataset slice(int from, int to) {
    return new Dataset(
        inputs.stream().map(c -> c.slice(from, to)).toList(),
        targets.stream().map(c -> c.slice(from, to)).toList());
  }

  /// Inputs, then targets.
  List<Column> columns() {
    return Stream.concat(inputs.stream(), targets.stream()).toList();
  }
}

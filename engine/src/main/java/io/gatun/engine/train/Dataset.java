package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Samples in memory: columns that a model reads and columns that its loss compares with, all of
/// the same number of rows.
///
/// @param weights factors of the samples' losses, `f32[samples]`; 1 where absent
public record Dataset(List<Column> inputs, List<Column> targets, Optional<Column> weights) {
  public Dataset {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.isEmpty()) throw new EngineException("a data set needs an input column");
    int rows = inputs.getFirst().rows();
    for (var column : all(inputs, targets, weights)) {
      if (column.rows() != rows) {
        throw new EngineException(
            "data set: column \"%s\" has %d rows, \"%s\" has %d; one row a sample"
                .formatted(inputs.getFirst().name(), rows, column.name(), column.rows()));
      }
    }
  }

  /// Samples that all weigh the same.
  public Dataset(List<Column> inputs, List<Column> targets) {
    this(inputs, targets, Optional.empty());
  }

  /// These samples with a factor of the loss for each.
  ///
  /// @param factors `f32[samples]`, none negative
  public Dataset withWeights(Column factors) {
    if (!factors.rowType().equals(TensorType.f32())) {
      throw new EngineException(
          "data set: weights are one f32 for each sample, column \"%s\" has %s"
              .formatted(factors.name(), factors.rowType()));
    }
    return new Dataset(inputs, targets, Optional.of(factors));
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
        targets.stream().map(c -> c.slice(from, to)).toList(),
        weights.map(c -> c.slice(from, to)));
  }

  /// The samples of these numbers, in this order; without a copy where each follows the one before,
  /// else gathered into `arena`.
  public Dataset rows(int[] rows, Arena arena) {
    return new Dataset(
        inputs.stream().map(c -> c.rows(rows, arena)).toList(),
        targets.stream().map(c -> c.rows(rows, arena)).toList(),
        weights.map(c -> c.rows(rows, arena)));
  }

  /// Inputs, then targets, then weights.
  List<Column> columns() {
    return all(inputs, targets, weights);
  }

  private static List<Column> all(
      List<Column> inputs, List<Column> targets, Optional<Column> weights) {
    return Stream.of(inputs.stream(), targets.stream(), weights.stream())
        .flatMap(columns -> columns)
        .toList();
  }
}

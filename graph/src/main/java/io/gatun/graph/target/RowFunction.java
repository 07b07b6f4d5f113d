package io.gatun.graph.target;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// A composite of rows along the last axis, for which a device has kernels that keep a row in
/// registers: each operand of the rows' shape is read once, where a generated loop reads it again
/// for each of its folds.
///
/// @param name of the composite
/// @param reads how often a loop reads each operand; 0 for those that are small
/// @param widest rows that fit the registers of a block
public record RowFunction(String name, List<Integer> reads, int widest) {
  /// The name of cross-entropy with its gradient in one pass: `(logits, labels, dy)` to `(loss,
  /// dlogits)`.
  public static final String CROSS_ENTROPY_TRAIN = "crossentropy_train";

  private static final int REGISTERS_OF_A_BLOCK = 16384;

  /// Where a block keeps several rows at once.
  private static final int SEVERAL_ROWS = 8192;

  /// Rows beyond the registers are read in one pass too, but by one block each: so many of them
  /// keep a device busy.
  private static final int MANY_ROWS = 256;

  public RowFunction {
    reads = List.copyOf(reads);
  }

  /// All of them. Softmax reads for the maximum, the sum and the result; layer normalization for
  /// the mean, the variance and the result; gradients of normalizations for two sums and the result
  /// along rows, and for the parameters' sums across them.
  public static List<RowFunction> all() {
    return List.of(
        of("softmax", 3),
        of("softmax_gradient", 2, 2),
        of("logsoftmax", 3),
        of("logsoftmax_gradient", 1, 2),
        of("layernorm", 3, 0, 0, 0),
        new RowFunction("layernorm_gradient", List.of(3, 0, 0, 0, 3), SEVERAL_ROWS),
        of("rmsnorm", 2, 0, 0),
        new RowFunction("rmsnorm_gradient", List.of(3, 0, 0, 3), SEVERAL_ROWS),
        of("crossentropy", 2, 0),
        of(CROSS_ENTROPY_TRAIN, 3, 0, 0));
  }

  private static RowFunction of(String name, Integer... reads) {
    return new RowFunction(name, List.of(reads), REGISTERS_OF_A_BLOCK);
  }

  /// The function that a composite is; empty where it is another.
  public static Optional<RowFunction> of(Composite composite) {
    return all().stream().filter(f -> f.name.equals(composite.name())).findFirst();
  }

  /// Whether the kernels are made for the composite's types and sizes: rows that are not empty, of
  /// one of the types of floats that they are written for, with labels of four or eight bytes.
  boolean suits(Composite composite) {
    var types = composite.body().inputTypes();
    var rows = types.getFirst();
    var shape = rows.shape();
    if (shape.rank() == 0 || rows.size() == 0 || !isFloat(rows.dtype())) return false;
    int width = shape.dim(shape.rank() - 1);
    long count = rows.size() / width;
    boolean fits = width <= widest || name.startsWith("crossentropy") && count >= MANY_ROWS;
    return fits && count <= Integer.MAX_VALUE && types.stream().allMatch(t -> suits(t, rows));
  }

  /// Whether a value of the rows' shape may be written over an operand: the kernels read a row, or
  /// the very element, before they write it, but small operands are read for every row.
  ///
  /// @param operand its number
  public boolean mayReplace(int operand) {
    return reads.get(operand) > 0;
  }

  private static boolean isFloat(DType dtype) {
    return dtype == DType.F32 || dtype == DType.BF16 || dtype == DType.F16;
  }

  private static boolean suits(TensorType type, TensorType rows) {
    return type.dtype() == rows.dtype() || type.dtype() == DType.I32 || type.dtype() == DType.I64;
  }
}

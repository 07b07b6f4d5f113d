package io.gatun.engine.cuda.library;

import io.gatun.graph.tensor.DType;

/// How a batch of matrices lies in memory, row after row.
///
/// @param type of the elements
/// @param transposed whether rows of the memory are the matrix's columns
/// @param leadingDimension elements from one row of the memory to the next
/// @param batchStride elements from one matrix to the next; 0 repeats the same one
public record Matrix(DType type, boolean transposed, long leadingDimension, long batchStride) {
  /// Matrices of `rows` by `columns` without gaps.
  public static Matrix packed(DType type, int rows, int columns) {
    return new Matrix(type, false, columns, (long) rows * columns);
  }

  /// Matrices of `rows` by `columns` without gaps, stored as `columns` by `rows`.
  public static Matrix packedTransposed(DType type, int rows, int columns) {
    return new Matrix(type, true, rows, (long) rows * columns);
  }
}

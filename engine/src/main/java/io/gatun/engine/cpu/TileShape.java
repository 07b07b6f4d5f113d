package io.gatun.engine.cpu;

import io.gatun.graph.tensor.DType;

/// The block of the result that a micro-kernel keeps in registers: up to `rows` rows of `vectors`
/// registers of `lanes` accumulators of type `dtype`.
record TileShape(DType dtype, int lanes, int vectors, int rows) {

  /// The tile for products of `dtype` operands with `columns` columns on a machine with vector
  /// registers of `vectorBytes`: 14 x 32 floats with AVX-512, 6 x 16 with AVX2, 8 x 12 else. Half
  /// precision is accumulated as `F32`.
  static TileShape of(DType dtype, int vectorBytes, long columns) {
    DType accumulated = dtype == DType.F16 || dtype == DType.BF16 ? DType.F32 : dtype;
    int lanes = vectorBytes / accumulated.bytes();
    int rows = vectorBytes == 64 ? 14 : vectorBytes == 32 ? 6 : 8;
    int vectors = vectorBytes == 16 ? 3 : 2;
    return new TileShape(
        accumulated, lanes, (int) Math.min(vectors, Math.ceilDiv(columns, lanes)), rows);
  }

  /// Columns of the tile: the width of a panel of B.
  int columns() {
    return lanes * vectors;
  }

  /// Type of an accumulator in LLVM.
  String element() {
    return Registers.register(dtype);
  }

  String vectorType() {
    return Ssa.type(element(), lanes);
  }

  /// Bytes of the tile when it is laid out densely.
  long bytes() {
    return (long) rows * columns() * dtype.bytes();
  }

  /// Bytes from one dense tile to the next.
  long pitch() {
    return inLines(bytes());
  }

  /// So many bytes in whole lines of the cache.
  static long inLines(long bytes) {
    return Math.ceilDiv(bytes, 64) * 64;
  }
}

package io.gatun.engine.cpu;

/// How packed bytes lie. A row of A is unsigned bytes along `k`; a panel of B has signed bytes, the
/// four of each group along `k` next to each other for one column, then those of the next column.
/// What zero points ask for lies beside them: for a row `-excess` and the sum of its values less
/// the excess, for a column the sum of its bytes and `-excess`. A product is then
///
/// ```
/// sum over k of a b + row[0] column[0] + row[1] column[1]
/// ```
/// in `i32`, which wraps, so that it is exact whatever the order.
///
/// @param tile accumulators in `i32`
/// @param k how many products are added up
record ByteLayout(TileShape tile, long k) {
  /// Bytes of a cache line, and of the widest register.
  static final long LINE = 64;

  /// `k` with the zeros that fill the last group, or the last tile.
  long depth() {
    return Math.ceilDiv(k, LINE) * LINE;
  }

  /// Groups of four along `k`.
  long groups() {
    return Math.ceilDiv(k, 4);
  }

  /// Bytes from a row to the next: an odd number of lines, so that the rows of a tile do not fall
  /// into one set of the cache.
  long rowStride() {
    return ((depth() / LINE + 1) | 1) * LINE;
  }

  /// Where in a row its two terms are.
  long rowTerms() {
    return rowStride() - LINE;
  }

  /// Where in a panel the second terms of the columns are; the first ones come before everything.
  long secondTerms() {
    return 4L * tile.columns();
  }

  /// Where in a panel the bytes begin.
  long panelStart() {
    return 2 * secondTerms();
  }

  long panelBytes() {
    return panelStart() + depth() * tile.columns();
  }
}

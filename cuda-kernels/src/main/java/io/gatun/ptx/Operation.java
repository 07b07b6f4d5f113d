package io.gatun.ptx;

/// An operation of the arithmetic units.
///
/// @param signature kind of the result's row, then of each source's: `i` 32-bit lanes (and 16-bit
///     ones, zero-extended), `l` 64-bit lanes, `f` floats, `p` a predicate
/// @param lanes what it does
record Operation(String signature, Lanes lanes) {
  /// Number of sources.
  int sources() {
    return signature.length() - 1;
  }

  /// Kind of the result's row.
  RowKind kind() {
    return kind(0);
  }

  /// Kind of the row of an operand, of which the result is the first.
  RowKind kind(int index) {
    return switch (signature.charAt(index)) {
      case 'l' -> RowKind.LONGS;
      case 'f' -> RowKind.FLOATS;
      case 'p' -> RowKind.PREDICATES;
      default -> RowKind.INTS;
    };
  }
}

package io.gatun.ptx;

/// An operation of the arithmetic units.
///
/// @param signature kind of the result's row, then of each source's: `i` 32-bit lanes (and 16-bit
///     ones, zero-extended), `l` 64-bit lanes, `p` a predicate
/// @param lanes what it does
record Operation(String signature, Lanes lanes) {
  /// Number of sources.
  int sources() {
    return signature.length() - 1;
  }

  boolean isWide() {
    return signature.charAt(0) == 'l';
  }
}

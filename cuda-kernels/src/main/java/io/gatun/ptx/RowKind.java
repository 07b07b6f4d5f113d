package io.gatun.ptx;

/// What the lanes of a row are: each kind has rows of its own in a warp.
enum RowKind {
  /// 32 bits or less, whatever they mean.
  INTS,
  /// 64 bits, whatever they mean.
  LONGS,
  /// f32, of registers that [FloatRegisters] found.
  FLOATS,
  /// One bit a lane, in one number.
  PREDICATES
}

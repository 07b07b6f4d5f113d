package io.gatun.ptx;

/// Address of an access: a row of registers, or none, and an offset.
///
/// @param row row of the base; -1 where the offset is all
/// @param wide whether the row has 64-bit lanes
record AddressRow(int row, boolean wide, long offset) {
  long of(Warp warp, int lane) {
    if (row < 0) {
      return offset;
    }
    return offset + (wide ? warp.longs[row][lane] : warp.ints[row][lane] & 0xffffffffL);
  }
}

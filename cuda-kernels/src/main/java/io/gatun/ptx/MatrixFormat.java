package io.gatun.ptx;

/// Which elements of the operands of an `mma.sync` a register holds, from the figures of the PTX
/// manual ("Matrix Fragments for mma"). With `g = lane / 4` and `q = lane % 4`, register `i` of A
/// holds row `g + 8 (i % 2)` from column `per q + 4 per (i / 2)` on, and register `i` of B holds
/// column `g` from row `per q + 4 per i` on, where `per` numbers fill a register.
enum MatrixFormat {
  F16(2) {
    @Override
    void unpack(int[] bits, float[] to, int from, int byGroup, int byMember, int byPart) {
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        var at = from + (lane >>> 2) * byGroup + (lane & 3) * byMember;
        to[at] = Float.float16ToFloat((short) bits[lane]);
        to[at + byPart] = Float.float16ToFloat((short) (bits[lane] >>> 16));
      }
    }
  },
  BF16(2) {
    @Override
    void unpack(int[] bits, float[] to, int from, int byGroup, int byMember, int byPart) {
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        var at = from + (lane >>> 2) * byGroup + (lane & 3) * byMember;
        to[at] = Float.intBitsToFloat(bits[lane] << 16);
        to[at + byPart] = Float.intBitsToFloat(bits[lane] & 0xffff0000);
      }
    }
  },
  TF32(1) {
    @Override
    void unpack(int[] bits, float[] to, int from, int byGroup, int byMember, int byPart) {
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        to[from + (lane >>> 2) * byGroup + (lane & 3) * byMember] =
            Float.intBitsToFloat(bits[lane] & 0xffffe000);
      }
    }
  };

  private final int perRegister;

  MatrixFormat(int perRegister) {
    this.perRegister = perRegister;
  }

  /// Numbers in a register.
  int perRegister() {
    return perRegister;
  }

  /// Spreads a row of registers over a matrix.
  ///
  /// @param from where lane 0's first number goes
  /// @param byGroup distance of the numbers of lanes 4 apart
  /// @param byMember distance of the numbers of neighbouring lanes
  /// @param byPart distance of the two numbers of a register
  abstract void unpack(int[] bits, float[] to, int from, int byGroup, int byMember, int byPart);
}

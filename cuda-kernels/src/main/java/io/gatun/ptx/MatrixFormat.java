package io.gatun.ptx;

/// Which elements of the operands of an `mma.sync` a register holds, from the figures of the PTX
/// manual ("Matrix Fragments for mma"). With `g = lane / 4` and `q = lane % 4`, register `i` of A
/// holds row `g + 8 (i % 2)` from column `per q + 4 per (i / 2)` on, and register `i` of B holds
/// column `g` from row `per q + 4 per i` on, where `per` numbers fill a register.
enum MatrixFormat {
  F16(2) {
    @Override
    float element(int bits, int part) {
      return Half.F16.value(bits >>> 16 * part & 0xffff);
    }
  },
  BF16(2) {
    @Override
    float element(int bits, int part) {
      return Half.BF16.value(bits >>> 16 * part & 0xffff);
    }
  },
  TF32(1) {
    @Override
    float element(int bits, int part) {
      return Float.intBitsToFloat(bits & 0xffffe000);
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

  /// A number of a register.
  abstract float element(int bits, int part);
}

package io.gatun.ptx;

/// The two 16-bit float formats: IEEE f16, and bf16, the upper half of an f32. Bits are kept in the
/// low half of an int. Every NaN becomes `0x7fff`, as the hardware's conversions do.
enum Half {
  F16 {
    @Override
    float value(int bits) {
      return Float.float16ToFloat((short) bits);
    }

    @Override
    int bits(float value) {
      return value != value ? NAN : Float.floatToFloat16(value) & 0xffff;
    }

    @Override
    int bitsTowardZero(float value) {
      var bits = bits(value);
      var over = Math.abs(value(bits)) > Math.abs(value);
      return over ? bits - 1 : bits;
    }
  },
  BF16 {
    @Override
    float value(int bits) {
      return Float.intBitsToFloat(bits << 16);
    }

    @Override
    int bits(float value) {
      if (value != value) {
        return NAN;
      }
      var bits = Float.floatToRawIntBits(value);
      return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
    }

    @Override
    int bitsTowardZero(float value) {
      return value != value ? NAN : Float.floatToRawIntBits(value) >>> 16;
    }
  };

  private static final int NAN = 0x7fff;

  /// The number that bits stand for; the upper half is ignored.
  abstract float value(int bits);

  /// The nearest number, ties to even.
  abstract int bits(float value);

  abstract int bitsTowardZero(float value);

  float low(int pair) {
    return value(pair & 0xffff);
  }

  float high(int pair) {
    return value(pair >>> 16);
  }

  /// Two numbers in a word.
  int pair(float high, float low) {
    return bits(high) << 16 | bits(low);
  }

  static Half of(PtxType type) {
    return type == PtxType.F16 || type == PtxType.F16X2 ? F16 : BF16;
  }

  /// Name of the type.
  @Override
  public String toString() {
    return this == F16 ? "f16" : "bf16";
  }
}

package io.gatun.ptx;

import java.util.function.IntUnaryOperator;

/// A `cvt` instruction: reads a number of the source type exactly, then rounds or clamps it to the
/// destination's.
final class Conversion {
  private static final double TWO_63 = 0x1p63;

  private final PtxInstruction instruction;
  private final PtxType to;
  private final PtxType from;

  /// Width of the destination register: integers narrower than it are extended to it.
  private final int width;

  private Conversion(PtxInstruction instruction, PtxType to, PtxType from, int width) {
    this.instruction = instruction;
    this.to = to;
    this.from = from;
    this.width = width;
  }

  /// The operation of a `cvt` into a register of `width` bits.
  static Operation of(PtxInstruction instruction, int width) {
    var words = instruction.words();
    var count = words.size();
    if (count < 3
        || !PtxType.isType(words.get(count - 1))
        || !PtxType.isType(words.get(count - 2))) {
      throw instruction.unknown();
    }
    var to = PtxType.of(words.get(count - 2), instruction.line());
    var from = PtxType.of(words.get(count - 1), instruction.line());
    for (var word : words.subList(1, count - 2)) {
      switch (word) {
        case "rn", "rz", "rm", "rp", "rna", "rni", "rzi", "rmi", "rpi", "ftz", "sat", "relu" -> {}
        default -> throw instruction.unknown();
      }
    }
    return new Conversion(instruction, to, from, width).operation();
  }

  private Operation operation() {
    if (to == PtxType.F16X2 || to == PtxType.BF16X2) {
      return pair();
    }
    var fromWide = from.bits() == 64;
    var toWide = width == 64;
    if (!from.isFloat() && !to.isFloat() && !instruction.has("sat")) {
      if (from == PtxType.S32 && toWide) {
        return new Operation("li", RowLoops::extendInt);
      }
      if ((from == PtxType.U32 || from == PtxType.B32) && toWide) {
        return new Operation("li", RowLoops::extendUnsigned);
      }
      if (fromWide && to.bits() == 32 && !toWide) {
        return new Operation("il", RowLoops::truncateLong);
      }
    }
    if (from == PtxType.F32 && to == PtxType.TF32) {
      return new Operation("ii", Lanes.int1(tensorFloat()));
    }
    if (fromWide) {
      return toWide
          ? new Operation("ll", Lanes.long1(this::convert))
          : new Operation("il", Lanes.longToInt(bits -> (int) convert(bits)));
    }
    return toWide
        ? new Operation("li", Lanes.intToLong(this::convert))
        : new Operation("ii", Lanes.int1(bits -> (int) convert(bits)));
  }

  private Operation pair() {
    if (from != PtxType.F32 || !instruction.has("rn") && !instruction.has("rz")) {
      throw instruction.unknown();
    }
    var half = Half.of(to);
    var relu = instruction.has("relu");
    return new Operation(
        "iii",
        Lanes.int2(
            (high, low) ->
                half(half, Float.intBitsToFloat(high), relu) << 16
                    | half(half, Float.intBitsToFloat(low), relu)));
  }

  private int half(Half half, float value, boolean relu) {
    var kept = relu && value < 0 ? 0 : value;
    return instruction.has("rz") ? half.bitsTowardZero(kept) : half.bits(kept);
  }

  /// Rounds to 10 bits of mantissa: `rna` ties away from zero, `rn` to even.
  private IntUnaryOperator tensorFloat() {
    var away = instruction.has("rna");
    if (!away && !instruction.has("rn")) {
      throw instruction.unknown();
    }
    var relu = instruction.has("relu");
    return bits -> {
      if ((bits & 0x7f800000) == 0x7f800000) {
        return bits;
      }
      var half = away ? 0x1000 : 0xfff + (bits >>> 13 & 1);
      return relu && bits < 0 ? 0 : bits + half & ~0x1fff;
    };
  }

  private long convert(long bits) {
    return from.isFloat() ? fromFloat(value(bits)) : fromInteger(integer(bits));
  }

  /// The source as a long; an unsigned 64-bit number keeps its bits.
  private long integer(long bits) {
    var unused = 64 - from.bits();
    return from.isSigned() ? bits << unused >> unused : bits << unused >>> unused;
  }

  private double value(long bits) {
    var value =
        switch (from) {
          case F64 -> Double.longBitsToDouble(bits);
          case F32, TF32 -> Float.intBitsToFloat((int) bits);
          case F16 -> Half.F16.low((int) bits);
          case BF16 -> Half.BF16.low((int) bits);
          default -> throw instruction.unknown();
        };
    var flush = instruction.has("ftz") && from == PtxType.F32 && Math.abs(value) < Float.MIN_NORMAL;
    return flush ? Math.copySign(0, value) : value;
  }

  private long fromInteger(long value) {
    var unsigned = from == PtxType.U64 || from == PtxType.B64;
    if (!to.isFloat()) {
      return extend(instruction.has("sat") ? clamp(value, unsigned) : value);
    }
    if (unsigned && value < 0) {
      // Halved, with the lost bit kept for the rounding.
      var halved = value >>> 1 | value & 1;
      return to == PtxType.F64
          ? Double.doubleToRawLongBits(halved * 2.0)
          : result(halved * 2.0, 2.0 * (halved - (long) (double) halved));
    }
    if (to == PtxType.F64) {
      return Double.doubleToRawLongBits(value);
    }
    var nearest = (double) value;
    var error = nearest == TWO_63 ? value - Long.MAX_VALUE - 1.0 : value - (long) nearest;
    return result(nearest, error);
  }

  private long clamp(long value, boolean unsigned) {
    if (to.isSigned()) {
      var max = Long.MAX_VALUE >>> 64 - to.bits();
      return unsigned && value < 0 ? max : Math.clamp(value, -max - 1, max);
    }
    var max = to.bits() == 64 ? -1 : (1L << to.bits()) - 1;
    if (!unsigned && value < 0) {
      return 0;
    }
    return Long.compareUnsigned(value, max) > 0 ? max : value;
  }

  /// Cuts to the destination type and extends to the register.
  private long extend(long value) {
    var unused = 64 - to.bits();
    var cut = to.isSigned() ? value << unused >> unused : value << unused >>> unused;
    return width >= 64 ? cut : cut & (1L << width) - 1;
  }

  private long fromFloat(double value) {
    var rounded = toInteger(value);
    if (!to.isFloat()) {
      return extend(integerOf(rounded));
    }
    if (instruction.has("sat")) {
      rounded = rounded > 0 ? Math.min(rounded, 1) : 0;
    }
    if (instruction.has("relu") && rounded < 0) {
      rounded = 0;
    }
    return result(rounded, 0);
  }

  private double toInteger(double value) {
    for (var word : instruction.words()) {
      switch (word) {
        case "rni" -> {
          return Math.rint(value);
        }
        case "rzi" -> {
          return value < 0 ? Math.ceil(value) : Math.floor(value);
        }
        case "rmi" -> {
          return Math.floor(value);
        }
        case "rpi" -> {
          return Math.ceil(value);
        }
        default -> {}
      }
    }
    return value;
  }

  /// Clamps to the destination's range, which every conversion to an integer does.
  private long integerOf(double value) {
    if (value != value) {
      var zero = from != PtxType.F64 && to.bits() != 64;
      return zero ? 0 : 1L << to.bits() - 1;
    }
    if (to.isSigned()) {
      var max = Long.MAX_VALUE >>> 64 - to.bits();
      return Math.clamp((long) value, -max - 1, max);
    }
    if (value <= 0) {
      return 0;
    }
    if (to.bits() == 64) {
      return value >= 2 * TWO_63
          ? -1
          : value >= TWO_63 ? (long) (value - TWO_63) ^ Long.MIN_VALUE : (long) value;
    }
    return Math.min((long) value, (1L << to.bits()) - 1);
  }

  /// Bits of the destination float for the exact number `value + error`.
  private long result(double value, double error) {
    return switch (to) {
      case F64 -> Double.doubleToRawLongBits(value);
      case F32 -> {
        var narrow = rounding().narrow(value, error);
        var flush = instruction.has("ftz") && Math.abs(narrow) < Float.MIN_NORMAL;
        yield Float.floatToRawIntBits(flush ? Math.copySign(0, narrow) : narrow) & 0xffffffffL;
      }
      case F16, BF16 -> {
        var odd = Rounding.ODD.narrow(value, error);
        yield instruction.has("rz") ? Half.of(to).bitsTowardZero(odd) : Half.of(to).bits(odd);
      }
      default -> throw instruction.unknown();
    };
  }

  private Rounding rounding() {
    return instruction.has("rz")
        ? Rounding.RZ
        : instruction.has("rm") ? Rounding.RM : instruction.has("rp") ? Rounding.RP : Rounding.RN;
  }
}

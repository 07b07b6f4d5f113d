package io.gatun.ptx;

/// The operations of `atom` and `red`.
final class AtomicUpdates {
  private AtomicUpdates() {}

  static AtomicStep.Update of(PtxInstruction instruction) {
    var type = instruction.type();
    for (var word : instruction.words()) {
      switch (word) {
        case "exch" -> {
          return (old, b, c) -> b;
        }
        case "cas" -> {
          return type.bits() == 64
              ? (old, b, c) -> old == b ? c : old
              : type.bits() == 32
                  ? (old, b, c) -> (int) old == (int) b ? c : old
                  : (old, b, c) -> old == (b & 0xffff) ? c : old;
        }
        case "and" -> {
          return (old, b, c) -> old & b;
        }
        case "or" -> {
          return (old, b, c) -> old | b;
        }
        case "xor" -> {
          return (old, b, c) -> old ^ b;
        }
        case "inc" -> {
          return (old, b, c) -> Integer.compareUnsigned((int) old, (int) b) >= 0 ? 0 : old + 1;
        }
        case "dec" -> {
          return (old, b, c) ->
              old == 0 || Integer.compareUnsigned((int) old, (int) b) > 0 ? b : old - 1;
        }
        case "add" -> {
          return sum(instruction, type);
        }
        case "min" -> {
          return extreme(instruction, type, true);
        }
        case "max" -> {
          return extreme(instruction, type, false);
        }
        default -> {}
      }
    }
    throw instruction.unknown();
  }

  private static AtomicStep.Update sum(PtxInstruction instruction, PtxType type) {
    return switch (type) {
      case U32, S32, U64, S64 -> (old, b, c) -> old + b;
      case F32 ->
          (old, b, c) ->
              Float.floatToRawIntBits(
                  Float.intBitsToFloat((int) old) + Float.intBitsToFloat((int) b));
      case F64 ->
          (old, b, c) ->
              Double.doubleToRawLongBits(Double.longBitsToDouble(old) + Double.longBitsToDouble(b));
      case F16, BF16 -> {
        var half = Half.of(type);
        yield (old, b, c) -> half.bits(half.low((int) old) + half.low((int) b));
      }
      case F16X2, BF16X2 -> {
        var half = Half.of(type);
        yield (old, b, c) ->
            half.pair(
                half.high((int) old) + half.high((int) b), half.low((int) old) + half.low((int) b));
      }
      default -> throw instruction.unknown();
    };
  }

  private static AtomicStep.Update extreme(
      PtxInstruction instruction, PtxType type, boolean least) {
    return switch (type) {
      case S32 ->
          (old, b, c) -> least ? Math.min((int) old, (int) b) : Math.max((int) old, (int) b);
      case U32 ->
          (old, b, c) ->
              least
                  ? IntegerOperations.minUnsigned((int) old, (int) b)
                  : IntegerOperations.maxUnsigned((int) old, (int) b);
      case S64 -> (old, b, c) -> least ? Math.min(old, b) : Math.max(old, b);
      case U64 ->
          (old, b, c) ->
              least ? IntegerOperations.minUnsigned(old, b) : IntegerOperations.maxUnsigned(old, b);
      default -> throw instruction.unknown();
    };
  }
}

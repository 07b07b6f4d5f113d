package io.gatun.ptx;

/// The comparisons of `setp`, `set` and `testp`.
final class Comparisons {
  private Comparisons() {}

  @FunctionalInterface
  private interface IntTest {
    boolean test(int a, int b);
  }

  @FunctionalInterface
  private interface LongTest {
    boolean test(long a, long b);
  }

  @FunctionalInterface
  private interface FloatTest {
    boolean test(double a, double b);
  }

  /// The comparison of this name between operands of this type.
  static CompareStep.Test of(PtxInstruction instruction, String name, PtxType type) {
    return switch (type) {
      case F32 -> floats(instruction, name);
      case F64 -> doubles(numbers(instruction, name));
      case F16, BF16 -> halves(numbers(instruction, name), Half.of(type));
      case S16, U16, B16 -> shorts(instruction, name, type);
      case S32, U32, B32 -> ints(instruction, name, type);
      case S64, U64, B64 -> longs(instruction, name, type);
      default -> throw instruction.unknown();
    };
  }

  /// The names for unsigned numbers say the same as the others do for unsigned types.
  private static String plain(String name) {
    return switch (name) {
      case "lo" -> "lt";
      case "ls" -> "le";
      case "hi" -> "gt";
      case "hs" -> "ge";
      default -> name;
    };
  }

  private static CompareStep.Test ints(PtxInstruction instruction, String name, PtxType type) {
    if (name.equals("eq")) {
      return Comparisons::equal;
    }
    if (name.equals("ne")) {
      return (w, a, b) -> ~equal(w, a, b);
    }
    var signed = type.isSigned();
    return switch (plain(name)) {
      case "lt" -> signed ? Comparisons::less : (w, a, b) -> lessUnsigned(w, a, b);
      case "ge" -> signed ? (w, a, b) -> ~less(w, a, b) : (w, a, b) -> ~lessUnsigned(w, a, b);
      case "gt" -> signed ? (w, a, b) -> less(w, b, a) : (w, a, b) -> lessUnsigned(w, b, a);
      case "le" -> signed ? (w, a, b) -> ~less(w, b, a) : (w, a, b) -> ~lessUnsigned(w, b, a);
      default -> throw instruction.unknown();
    };
  }

  private static int equal(Warp w, int a, int b) {
    int[] x = w.ints[a], y = w.ints[b];
    var bits = 0;
    for (var l = 0; l < Lanes.WIDTH; l++) {
      bits |= (x[l] == y[l] ? 1 : 0) << l;
    }
    return bits;
  }

  private static int less(Warp w, int a, int b) {
    int[] x = w.ints[a], y = w.ints[b];
    var bits = 0;
    for (var l = 0; l < Lanes.WIDTH; l++) {
      bits |= (x[l] < y[l] ? 1 : 0) << l;
    }
    return bits;
  }

  private static int lessUnsigned(Warp w, int a, int b) {
    int[] x = w.ints[a], y = w.ints[b];
    var bits = 0;
    for (var l = 0; l < Lanes.WIDTH; l++) {
      bits |= (x[l] + Integer.MIN_VALUE < y[l] + Integer.MIN_VALUE ? 1 : 0) << l;
    }
    return bits;
  }

  private static CompareStep.Test shorts(PtxInstruction instruction, String name, PtxType type) {
    IntTest order =
        switch (plain(name)) {
          case "eq" -> (a, b) -> a == b;
          case "ne" -> (a, b) -> a != b;
          case "lt" -> (a, b) -> a < b;
          case "le" -> (a, b) -> a <= b;
          case "gt" -> (a, b) -> a > b;
          case "ge" -> (a, b) -> a >= b;
          default -> throw instruction.unknown();
        };
    var signed = type.isSigned();
    return (w, a, b) -> {
      int[] x = w.ints[a], y = w.ints[b];
      var bits = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var holds =
            signed
                ? order.test((short) x[l], (short) y[l])
                : order.test(x[l] & 0xffff, y[l] & 0xffff);
        bits |= (holds ? 1 : 0) << l;
      }
      return bits;
    };
  }

  private static CompareStep.Test longs(PtxInstruction instruction, String name, PtxType type) {
    var flip = type.isSigned() ? 0 : Long.MIN_VALUE;
    LongTest order =
        switch (plain(name)) {
          case "eq" -> (a, b) -> a == b;
          case "ne" -> (a, b) -> a != b;
          case "lt" -> (a, b) -> a < b;
          case "le" -> (a, b) -> a <= b;
          case "gt" -> (a, b) -> a > b;
          case "ge" -> (a, b) -> a >= b;
          default -> throw instruction.unknown();
        };
    return (w, a, b) -> {
      long[] x = w.longs[a], y = w.longs[b];
      var bits = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        bits |= (order.test(x[l] + flip, y[l] + flip) ? 1 : 0) << l;
      }
      return bits;
    };
  }

  /// From three loops: `a > b` is `b < a`, and a comparison that holds for NaN is the opposite of
  /// one that does not.
  private static CompareStep.Test floats(PtxInstruction instruction, String name) {
    return switch (name) {
      case "lt" -> Comparisons::lessFloat;
      case "gt" -> (w, a, b) -> lessFloat(w, b, a);
      case "le" -> Comparisons::notMoreFloat;
      case "ge" -> (w, a, b) -> notMoreFloat(w, b, a);
      case "eq" -> Comparisons::equalFloat;
      case "ne" -> (w, a, b) -> lessFloat(w, a, b) | lessFloat(w, b, a);
      case "equ" -> (w, a, b) -> ~(lessFloat(w, a, b) | lessFloat(w, b, a));
      case "neu" -> (w, a, b) -> ~equalFloat(w, a, b);
      case "ltu" -> (w, a, b) -> ~notMoreFloat(w, b, a);
      case "leu" -> (w, a, b) -> ~lessFloat(w, b, a);
      case "gtu" -> (w, a, b) -> ~notMoreFloat(w, a, b);
      case "geu" -> (w, a, b) -> ~lessFloat(w, a, b);
      case "num" -> (w, a, b) -> equalFloat(w, a, a) & equalFloat(w, b, b);
      case "nan" -> (w, a, b) -> ~(equalFloat(w, a, a) & equalFloat(w, b, b));
      default -> throw instruction.unknown();
    };
  }

  private static int lessFloat(Warp w, int a, int b) {
    int[] x = w.ints[a], y = w.ints[b];
    var bits = 0;
    for (var l = 0; l < Lanes.WIDTH; l++) {
      bits |= (Float.intBitsToFloat(x[l]) < Float.intBitsToFloat(y[l]) ? 1 : 0) << l;
    }
    return bits;
  }

  private static int notMoreFloat(Warp w, int a, int b) {
    int[] x = w.ints[a], y = w.ints[b];
    var bits = 0;
    for (var l = 0; l < Lanes.WIDTH; l++) {
      bits |= (Float.intBitsToFloat(x[l]) <= Float.intBitsToFloat(y[l]) ? 1 : 0) << l;
    }
    return bits;
  }

  private static int equalFloat(Warp w, int a, int b) {
    int[] x = w.ints[a], y = w.ints[b];
    var bits = 0;
    for (var l = 0; l < Lanes.WIDTH; l++) {
      bits |= (Float.intBitsToFloat(x[l]) == Float.intBitsToFloat(y[l]) ? 1 : 0) << l;
    }
    return bits;
  }

  private static CompareStep.Test doubles(FloatTest order) {
    return (w, a, b) -> {
      long[] x = w.longs[a], y = w.longs[b];
      var bits = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var holds = order.test(Double.longBitsToDouble(x[l]), Double.longBitsToDouble(y[l]));
        bits |= (holds ? 1 : 0) << l;
      }
      return bits;
    };
  }

  private static CompareStep.Test halves(FloatTest order, Half half) {
    return (w, a, b) -> {
      int[] x = w.ints[a], y = w.ints[b];
      var bits = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        bits |= (order.test(half.low(x[l]), half.low(y[l])) ? 1 : 0) << l;
      }
      return bits;
    };
  }

  /// Comparisons of the high halves of two pairs, for the second predicate of a `setp` on pairs.
  static CompareStep.Test high(PtxInstruction instruction, String name, Half half) {
    var order = numbers(instruction, name);
    return (w, a, b) -> {
      int[] x = w.ints[a], y = w.ints[b];
      var bits = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        bits |= (order.test(half.high(x[l]), half.high(y[l])) ? 1 : 0) << l;
      }
      return bits;
    };
  }

  /// A comparison with `u` at its end holds where a side is NaN.
  private static FloatTest numbers(PtxInstruction instruction, String name) {
    return switch (name) {
      case "eq" -> (a, b) -> a == b;
      case "ne" -> (a, b) -> a < b || a > b;
      case "lt" -> (a, b) -> a < b;
      case "le" -> (a, b) -> a <= b;
      case "gt" -> (a, b) -> a > b;
      case "ge" -> (a, b) -> a >= b;
      case "equ" -> (a, b) -> !(a < b || a > b);
      case "neu" -> (a, b) -> !(a == b);
      case "ltu" -> (a, b) -> !(a >= b);
      case "leu" -> (a, b) -> !(a > b);
      case "gtu" -> (a, b) -> !(a <= b);
      case "geu" -> (a, b) -> !(a < b);
      case "num" -> (a, b) -> a == a && b == b;
      case "nan" -> (a, b) -> a != a || b != b;
      default -> throw instruction.unknown();
    };
  }

  /// `testp`, on the first row alone.
  static CompareStep.Test property(PtxInstruction instruction) {
    var type = instruction.type();
    FloatTest holds =
        switch (instruction.words().get(1)) {
          case "finite" -> (a, b) -> Double.isFinite(a);
          case "infinite" -> (a, b) -> Double.isInfinite(a);
          case "number" -> (a, b) -> a == a;
          case "notanumber" -> (a, b) -> a != a;
          case "normal" -> (a, b) -> Double.isFinite(a) && !subnormal(a, type) && a != 0;
          case "subnormal" -> (a, b) -> subnormal(a, type);
          default -> throw instruction.unknown();
        };
    if (type == PtxType.F64) {
      return doubles(holds);
    }
    if (type != PtxType.F32) {
      throw instruction.unknown();
    }
    return (w, a, b) -> {
      var x = w.ints[a];
      var bits = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        bits |= (holds.test(Float.intBitsToFloat(x[l]), 0) ? 1 : 0) << l;
      }
      return bits;
    };
  }

  private static boolean subnormal(double a, PtxType type) {
    var least = type == PtxType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return a != 0 && Math.abs(a) < least;
  }
}

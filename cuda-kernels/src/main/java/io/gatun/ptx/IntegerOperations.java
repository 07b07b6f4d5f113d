package io.gatun.ptx;

import java.util.function.IntBinaryOperator;

/// Integer arithmetic. Division by zero, which PTX leaves undefined, gives all ones, and the
/// remainder the dividend, as on hardware.
final class IntegerOperations {
  private IntegerOperations() {}

  static void addTo(OperationTable table) {
    words(table);
    longs(table);
    halves(table);
    carries(table);
    dotProducts(table);
  }

  private static void words(OperationTable table) {
    for (var type : new String[] {"s32", "u32"}) {
      table.add("add." + type, "iii", RowLoops::addInt);
      table.add("sub." + type, "iii", RowLoops::subInt);
      table.add("mul.lo." + type, "iii", RowLoops::mulInt);
      table.add("mad.lo." + type, "iiii", RowLoops::madInt);
      table.add("mul24.lo." + type, "iii", Lanes.int2((a, b) -> (a << 8 >> 8) * (b << 8 >> 8)));
      table.add("neg." + type, "ii", Lanes.int1(a -> -a));
    }
    table.add("mul.hi.s32", "iii", Lanes.int2((a, b) -> (int) ((long) a * b >> 32)));
    table.add("mul.hi.u32", "iii", Lanes.int2(IntegerOperations::highUnsigned));
    table.add("mad.hi.s32", "iiii", Lanes.int3((a, b, c) -> (int) ((long) a * b >> 32) + c));
    table.add("mad.hi.u32", "iiii", Lanes.int3((a, b, c) -> highUnsigned(a, b) + c));
    table.add("mul.wide.s32", "lii", RowLoops::mulWide);
    table.add("mul.wide.u32", "lii", RowLoops::mulWideUnsigned);
    table.add("mad.wide.s32", "liil", RowLoops::madWide);
    table.add("mad.wide.u32", "liil", RowLoops::madWideUnsigned);
    table.add("div.s32", "iii", Lanes.int2((a, b) -> b == 0 ? -1 : a / b));
    table.add("rem.s32", "iii", Lanes.int2((a, b) -> b == 0 ? a : a % b));
    table.add("div.u32", "iii", Lanes.int2((a, b) -> b == 0 ? -1 : Integer.divideUnsigned(a, b)));
    table.add("rem.u32", "iii", Lanes.int2((a, b) -> b == 0 ? a : Integer.remainderUnsigned(a, b)));
    table.add("abs.s32", "ii", Lanes.int1(Math::abs));
    table.add("min.s32", "iii", Lanes.int2(Math::min));
    table.add("max.s32", "iii", Lanes.int2(Math::max));
    table.add("min.u32", "iii", Lanes.int2(IntegerOperations::minUnsigned));
    table.add("max.u32", "iii", Lanes.int2(IntegerOperations::maxUnsigned));
    table.add("sad.s32", "iiii", Lanes.int3((a, b, c) -> c + Math.max(a, b) - Math.min(a, b)));
    table.add(
        "sad.u32", "iiii", Lanes.int3((a, b, c) -> c + maxUnsigned(a, b) - minUnsigned(a, b)));
    table.add("add.sat.s32", "iii", Lanes.int2((a, b) -> clamp((long) a + b)));
    table.add("sub.sat.s32", "iii", Lanes.int2((a, b) -> clamp((long) a - b)));
  }

  static int minUnsigned(int a, int b) {
    return Integer.compareUnsigned(a, b) < 0 ? a : b;
  }

  static int maxUnsigned(int a, int b) {
    return Integer.compareUnsigned(a, b) > 0 ? a : b;
  }

  static long minUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  static long maxUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }

  private static int highUnsigned(int a, int b) {
    return (int) ((a & 0xffffffffL) * (b & 0xffffffffL) >>> 32);
  }

  private static int clamp(long value) {
    return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static void longs(OperationTable table) {
    for (var type : new String[] {"s64", "u64"}) {
      table.add("add." + type, "lll", RowLoops::addLong);
      table.add("sub." + type, "lll", RowLoops::subLong);
      table.add("mul.lo." + type, "lll", RowLoops::mulLong);
      table.add("mad.lo." + type, "llll", RowLoops::madLong);
      table.add("neg." + type, "ll", Lanes.long1(a -> -a));
    }
    table.add("mul.hi.s64", "lll", Lanes.long2(Math::multiplyHigh));
    table.add("mul.hi.u64", "lll", Lanes.long2(Math::unsignedMultiplyHigh));
    table.add("mad.hi.s64", "llll", Lanes.long3((a, b, c) -> Math.multiplyHigh(a, b) + c));
    table.add("mad.hi.u64", "llll", Lanes.long3((a, b, c) -> Math.unsignedMultiplyHigh(a, b) + c));
    table.add("div.s64", "lll", Lanes.long2((a, b) -> b == 0 ? -1 : a / b));
    table.add("rem.s64", "lll", Lanes.long2((a, b) -> b == 0 ? a : a % b));
    table.add("div.u64", "lll", Lanes.long2((a, b) -> b == 0 ? -1 : Long.divideUnsigned(a, b)));
    table.add("rem.u64", "lll", Lanes.long2((a, b) -> b == 0 ? a : Long.remainderUnsigned(a, b)));
    table.add("abs.s64", "ll", Lanes.long1(Math::abs));
    table.add("min.s64", "lll", Lanes.long2(Math::min));
    table.add("max.s64", "lll", Lanes.long2(Math::max));
    table.add("min.u64", "lll", Lanes.long2(IntegerOperations::minUnsigned));
    table.add("max.u64", "lll", Lanes.long2(IntegerOperations::maxUnsigned));
  }

  /// 16-bit lanes are kept zero-extended.
  private static void halves(OperationTable table) {
    for (var type : new String[] {"s16", "u16"}) {
      half(table, "add." + type, (a, b) -> a + b);
      half(table, "sub." + type, (a, b) -> a - b);
      half(table, "mul.lo." + type, (a, b) -> a * b);
      table.add("mad.lo." + type, "iiii", Lanes.int3((a, b, c) -> a * b + c & 0xffff));
      table.add("neg." + type, "ii", Lanes.int1(a -> -a & 0xffff));
    }
    half(table, "mul.hi.s16", (a, b) -> (short) a * (short) b >> 16);
    half(table, "mul.hi.u16", (a, b) -> a * b >>> 16);
    half(table, "div.s16", (a, b) -> b == 0 ? -1 : (short) a / (short) b);
    half(table, "rem.s16", (a, b) -> b == 0 ? a : (short) a % (short) b);
    half(table, "div.u16", (a, b) -> b == 0 ? -1 : a / b);
    half(table, "rem.u16", (a, b) -> b == 0 ? a : a % b);
    half(table, "min.s16", (a, b) -> Math.min((short) a, (short) b));
    half(table, "max.s16", (a, b) -> Math.max((short) a, (short) b));
    half(table, "min.u16", Math::min);
    half(table, "max.u16", Math::max);
    table.add("abs.s16", "ii", Lanes.int1(a -> Math.abs((short) a) & 0xffff));
    table.add("mul.wide.s16", "iii", Lanes.int2((a, b) -> (short) a * (short) b));
    table.add("mul.wide.u16", "iii", Lanes.int2((a, b) -> a * b));
    table.add("mad.wide.s16", "iiii", Lanes.int3((a, b, c) -> (short) a * (short) b + c));
    table.add("mad.wide.u16", "iiii", Lanes.int3((a, b, c) -> a * b + c));
  }

  private static void half(OperationTable table, String name, IntBinaryOperator f) {
    table.add(name, "iii", Lanes.int2((a, b) -> f.applyAsInt(a, b) & 0xffff));
  }

  /// Chains of additions through the carry bit, which every lane has one of.
  private static void carries(OperationTable table) {
    for (var type : new String[] {"s32", "u32", "b32"}) {
      table.add("add.cc." + type, "iii", withCarry(false, true, false));
      table.add("addc." + type, "iii", withCarry(true, false, false));
      table.add("addc.cc." + type, "iii", withCarry(true, true, false));
      table.add("sub.cc." + type, "iii", withCarry(false, true, true));
      table.add("subc." + type, "iii", withCarry(true, false, true));
      table.add("subc.cc." + type, "iii", withCarry(true, true, true));
    }
    for (var high : new boolean[] {false, true}) {
      var part = high ? "hi" : "lo";
      table.add("mad." + part + ".cc.u32", "iiii", madWithCarry(high, false, true));
      table.add("madc." + part + ".u32", "iiii", madWithCarry(high, true, false));
      table.add("madc." + part + ".cc.u32", "iiii", madWithCarry(high, true, true));
    }
    table.add("add.cc.u64", "lll", longWithCarry(false, true));
    table.add("addc.u64", "lll", longWithCarry(true, false));
    table.add("addc.cc.u64", "lll", longWithCarry(true, true));
  }

  /// A borrow is kept as it is, not inverted.
  private static Lanes withCarry(boolean in, boolean out, boolean subtract) {
    return (w, d, a, b, c) -> {
      int[] x = w.ints[a], y = w.ints[b], r = w.ints[d];
      var carries = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var carry = in ? w.carry >>> l & 1 : 0;
        var sum =
            subtract
                ? (x[l] & 0xffffffffL) - (y[l] & 0xffffffffL) - carry
                : (x[l] & 0xffffffffL) + (y[l] & 0xffffffffL) + carry;
        r[l] = (int) sum;
        carries |= (int) (sum >>> 32 & 1) << l;
      }
      if (out) {
        w.carry = carries;
      }
    };
  }

  private static Lanes madWithCarry(boolean high, boolean in, boolean out) {
    return (w, d, a, b, c) -> {
      int[] x = w.ints[a], y = w.ints[b], z = w.ints[c], r = w.ints[d];
      var carries = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var product = high ? highUnsigned(x[l], y[l]) : x[l] * y[l];
        var sum = (product & 0xffffffffL) + (z[l] & 0xffffffffL) + (in ? w.carry >>> l & 1 : 0);
        r[l] = (int) sum;
        carries |= (int) (sum >>> 32) << l;
      }
      if (out) {
        w.carry = carries;
      }
    };
  }

  private static Lanes longWithCarry(boolean in, boolean out) {
    return (w, d, a, b, c) -> {
      long[] x = w.longs[a], y = w.longs[b], r = w.longs[d];
      var carries = 0;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var carry = in ? w.carry >>> l & 1 : 0;
        var sum = x[l] + y[l] + carry;
        var over = Long.compareUnsigned(sum, x[l]) < 0 || carry == 1 && sum == x[l];
        r[l] = sum;
        carries |= (over ? 1 : 0) << l;
      }
      if (out) {
        w.carry = carries;
      }
    };
  }

  private static void dotProducts(OperationTable table) {
    for (var a : new String[] {"s32", "u32"}) {
      for (var b : new String[] {"s32", "u32"}) {
        table.add(
            "dp4a." + a + "." + b,
            "iiii",
            Lanes.int3((x, y, z) -> dot4(x, y, z, a.equals("s32"), b.equals("s32"))));
        for (var half : new String[] {"lo", "hi"}) {
          int shift = half.equals("lo") ? 0 : 16;
          table.add(
              "dp2a." + half + "." + a + "." + b,
              "iiii",
              Lanes.int3((x, y, z) -> dot2(x, y >>> shift, z, a.equals("s32"), b.equals("s32"))));
        }
      }
    }
  }

  private static int dot4(int x, int y, int sum, boolean xSigned, boolean ySigned) {
    for (var i = 0; i < 32; i += 8) {
      var p = xSigned ? (byte) (x >>> i) : x >>> i & 0xff;
      var q = ySigned ? (byte) (y >>> i) : y >>> i & 0xff;
      sum += p * q;
    }
    return sum;
  }

  /// Two halves of `x` by the lower two bytes of `y`.
  private static int dot2(int x, int y, int sum, boolean xSigned, boolean ySigned) {
    for (var i = 0; i < 2; i++) {
      var p = xSigned ? (short) (x >>> 16 * i) : x >>> 16 * i & 0xffff;
      var q = ySigned ? (byte) (y >>> 8 * i) : y >>> 8 * i & 0xff;
      sum += p * q;
    }
    return sum;
  }
}

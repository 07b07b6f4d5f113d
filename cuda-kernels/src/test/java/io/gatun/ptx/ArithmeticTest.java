package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// One instruction at a time against a Java expression, on edge values and seeded random ones, for
/// whole warps and for warps of which some lanes are off.
class ArithmeticTest {
  private static final long SEED = 41;
  private static final int[] EDGES = {
    0,
    1,
    -1,
    2,
    31,
    32,
    33,
    255,
    0x7fffffff,
    0x80000000,
    0x3f800000,
    0xbf800000,
    0x7f800000,
    0xff800000,
    0x7fc00000,
    0x00000001,
    0x00800000,
    0x40490fdb
  };

  private static final Map<String, Lanes.IntTernary> INTS = new LinkedHashMap<>();
  private static final Map<String, Lanes.LongTernary> LONGS = new LinkedHashMap<>();

  static {
    ints();
    floats();
    longs();
  }

  private static void ints() {
    INTS.put("add.s32 %d, %a, %b;", (a, b, c) -> a + b);
    INTS.put("sub.s32 %d, %a, %b;", (a, b, c) -> a - b);
    INTS.put("mul.lo.s32 %d, %a, %b;", (a, b, c) -> a * b);
    INTS.put("mul.hi.s32 %d, %a, %b;", (a, b, c) -> (int) ((long) a * b >> 32));
    INTS.put("mul.hi.u32 %d, %a, %b;", (a, b, c) -> (int) (u(a) * u(b) >>> 32));
    INTS.put("mad.lo.s32 %d, %a, %b, %c;", (a, b, c) -> a * b + c);
    INTS.put("div.s32 %d, %a, %b;", (a, b, c) -> b == 0 ? -1 : a / b);
    INTS.put("div.u32 %d, %a, %b;", (a, b, c) -> b == 0 ? -1 : (int) (u(a) / u(b)));
    INTS.put("rem.s32 %d, %a, %b;", (a, b, c) -> b == 0 ? a : a % b);
    INTS.put("rem.u32 %d, %a, %b;", (a, b, c) -> b == 0 ? a : (int) (u(a) % u(b)));
    INTS.put("min.s32 %d, %a, %b;", (a, b, c) -> Math.min(a, b));
    INTS.put("max.u32 %d, %a, %b;", (a, b, c) -> (int) Math.max(u(a), u(b)));
    INTS.put("abs.s32 %d, %a;", (a, b, c) -> Math.abs(a));
    INTS.put("neg.s32 %d, %a;", (a, b, c) -> -a);
    INTS.put("not.b32 %d, %a;", (a, b, c) -> ~a);
    INTS.put("and.b32 %d, %a, 0xF0F0F0F0U;", (a, b, c) -> a & 0xf0f0f0f0);
    INTS.put("shl.b32 %d, %a, %b;", (a, b, c) -> u(b) > 31 ? 0 : a << b);
    INTS.put("shr.u32 %d, %a, %b;", (a, b, c) -> u(b) > 31 ? 0 : a >>> b);
    INTS.put("shr.s32 %d, %a, %b;", (a, b, c) -> a >> (u(b) > 31 ? 31 : b));
    INTS.put("shf.l.wrap.b32 %d, %a, %b, %c;", (a, b, c) -> (int) (pair(b, a) << (c & 31) >>> 32));
    INTS.put(
        "shf.r.clamp.b32 %d, %a, %b, %c;", (a, b, c) -> (int) (pair(b, a) >>> Math.min(u(c), 32)));
    INTS.put("lop3.b32 %d, %a, %b, %c, 0xE8;", (a, b, c) -> a & b | a & c | b & c);
    INTS.put("popc.b32 %d, %a;", (a, b, c) -> Integer.bitCount(a));
    INTS.put("clz.b32 %d, %a;", (a, b, c) -> Integer.numberOfLeadingZeros(a));
    INTS.put("brev.b32 %d, %a;", (a, b, c) -> Integer.reverse(a));
    INTS.put("bfe.u32 %d, %a, 5, 7;", (a, b, c) -> a >>> 5 & 127);
    INTS.put("bfe.s32 %d, %a, 5, 7;", (a, b, c) -> a << 20 >> 25);
    INTS.put("bfi.b32 %d, %a, %b, 8, 4;", (a, b, c) -> b & ~0xf00 | (a & 15) << 8);
    INTS.put("prmt.b32 %d, %a, %b, 0x5410;", (a, b, c) -> a & 0xffff | b << 16);
    INTS.put("sad.s32 %d, %a, %b, %c;", (a, b, c) -> c + (a > b ? a - b : b - a));
    INTS.put("dp4a.u32.u32 %d, %a, %b, %c;", ArithmeticTest::dot);
    INTS.put(
        "dp2a.lo.u32.u32 %d, %a, %b, %c;",
        (a, b, c) -> c + (a & 0xffff) * (b & 255) + (a >>> 16) * (b >>> 8 & 255));
    INTS.put(
        "dp2a.hi.s32.s32 %d, %a, %b, %c;",
        (a, b, c) -> c + (short) a * (byte) (b >>> 16) + (a >> 16) * (b >> 24));
    INTS.put(
        "dp2a.lo.s32.u32 %d, %a, %b, %c;",
        (a, b, c) -> c + (short) a * (b & 255) + (a >> 16) * (b >>> 8 & 255));
    INTS.put(
        "{.reg .pred q; setp.lt.u32 q, %a, %b; selp.b32 %d, %a, %b, q;}",
        (a, b, c) -> u(a) < u(b) ? a : b);
    INTS.put(
        "{.reg .pred q, s; setp.gt.s32 q|s, %a, %b; selp.b32 %d, 1, 2, s;}",
        (a, b, c) -> a > b ? 2 : 1);
    INTS.put(
        "{.reg .pred q; setp.ne.s32 q, %c, 0; setp.lt.and.s32 q, %a, %b, !q; selp.b32 %d, 1, 0,"
            + " q;}",
        (a, b, c) -> a < b && c == 0 ? 1 : 0);
    INTS.put("set.ge.u32.s32 %d, %a, %b;", (a, b, c) -> a >= b ? -1 : 0);
    INTS.put(
        "{.reg .b16 l, h; mov.b32 {l, h}, %a; mov.b32 %d, {h, l};}",
        (a, b, c) -> a << 16 | a >>> 16);
    INTS.put("{.reg .b16 l; cvt.u16.u32 l, %a; cvt.s32.s16 %d, l;}", (a, b, c) -> (short) a);
    INTS.put("cvt.s32.s8 %d, %a;", (a, b, c) -> (byte) a);
    INTS.put("cvt.sat.u8.s32 %d, %a;", (a, b, c) -> Math.clamp(a, 0, 255));
    INTS.put(
        "{.reg .u32 t; add.cc.u32 t, %a, %b; addc.u32 %d, %c, 0;}",
        (a, b, c) -> c + (int) (u(a) + u(b) >>> 32));
  }

  private static void floats() {
    INTS.put(
        "{.reg .pred q; setp.ge.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> f(a) >= f(b) ? 1 : 0);
    INTS.put(
        "{.reg .pred q; setp.gt.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> f(a) > f(b) ? 1 : 0);
    INTS.put(
        "{.reg .pred q; setp.leu.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> !(f(a) > f(b)) ? 1 : 0);
    INTS.put(
        "{.reg .pred q; setp.eq.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> f(a) == f(b) ? 1 : 0);
    INTS.put(
        "{.reg .pred q; setp.equ.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> !(f(a) < f(b) || f(a) > f(b)) ? 1 : 0);
    INTS.put(
        "{.reg .pred q; setp.nan.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> nan(f(a)) || nan(f(b)) ? 1 : 0);
    INTS.put("add.f32 %d, %a, %b;", (a, b, c) -> f(f(a) + f(b)));
    INTS.put("mul.rn.f32 %d, %a, %b;", (a, b, c) -> f(f(a) * f(b)));
    INTS.put("fma.rn.f32 %d, %a, %b, %c;", (a, b, c) -> f(Math.fma(f(a), f(b), f(c))));
    INTS.put("div.rn.f32 %d, %a, %b;", (a, b, c) -> f(f(a) / f(b)));
    INTS.put("sqrt.rn.f32 %d, %a;", (a, b, c) -> f((float) Math.sqrt(f(a))));
    INTS.put("max.f32 %d, %a, %b;", (a, b, c) -> f(max(f(a), f(b))));
    INTS.put("copysign.f32 %d, %a, %b;", (a, b, c) -> a & 0x80000000 | b & 0x7fffffff);
    INTS.put("mul.ftz.f32 %d, %a, 0f3F000000;", (a, b, c) -> f(flush(flush(f(a)) * 0.5f)));
    INTS.put("add.sat.f32 %d, %a, %b;", (a, b, c) -> f(saturate(f(a) + f(b))));
    INTS.put("cvt.rzi.s32.f32 %d, %a;", (a, b, c) -> (int) f(a));
    INTS.put("cvt.rni.f32.f32 %d, %a;", (a, b, c) -> f((float) Math.rint(f(a))));
    INTS.put("cvt.rn.f32.u32 %d, %a;", (a, b, c) -> f((float) u(a)));
    INTS.put("cvt.rn.f32.s32 %d, %a;", (a, b, c) -> f((float) a));
    INTS.put("cvt.rz.f32.s32 %d, %a;", (a, b, c) -> f(Rounding.RZ.narrow(a, 0)));
    INTS.put(
        "{.reg .b16 h; cvt.rn.f16.f32 h, %a; cvt.f32.f16 %d, h;}",
        (a, b, c) ->
            nan(f(a))
                ? f(Half.F16.value(0x7fff))
                : f(Float.float16ToFloat(Float.floatToFloat16(f(a)))));
    INTS.put("add.rz.f32 %d, %a, %b;", (a, b, c) -> f(Rounding.RZ.sum(f(a), f(b))));
    INTS.put(
        "{.reg .pred q; setp.ltu.f32 q, %a, %b; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> f(a) < f(b) || nan(f(a)) || nan(f(b)) ? 1 : 0);
    INTS.put(
        "cvt.rn.f16x2.f32 %d, %a, %b;",
        (a, b, c) -> Half.F16.bits(f(a)) << 16 | Half.F16.bits(f(b)));
    INTS.put(
        "cvt.rn.bf16x2.f32 %d, %a, %b;",
        (a, b, c) -> Half.BF16.bits(f(a)) << 16 | Half.BF16.bits(f(b)));
    INTS.put(
        "add.f16x2 %d, %a, %b;",
        (a, b, c) ->
            Half.F16.pair(Half.F16.high(a) + Half.F16.high(b), Half.F16.low(a) + Half.F16.low(b)));
    INTS.put("neg.bf16x2 %d, %a;", (a, b, c) -> a ^ 0x80008000);
    INTS.put(
        "{.reg .pred q; testp.finite.f32 q, %a; selp.b32 %d, 1, 0, q;}",
        (a, b, c) -> Float.isFinite(f(a)) ? 1 : 0);
  }

  private static void longs() {
    LONGS.put("add.s64 %d, %a, %b;", (a, b, c) -> a + b);
    LONGS.put("mul.lo.s64 %d, %a, %b;", (a, b, c) -> a * b);
    LONGS.put(
        "mul.hi.u64 %d, %a, %b;",
        (a, b, c) -> unsigned(a).multiply(unsigned(b)).shiftRight(64).longValue());
    LONGS.put("mad.lo.s64 %d, %a, %b, %c;", (a, b, c) -> a * b + c);
    LONGS.put("div.s64 %d, %a, %b;", (a, b, c) -> b == 0 ? -1 : a / b);
    LONGS.put("rem.u64 %d, %a, %b;", (a, b, c) -> b == 0 ? a : Long.remainderUnsigned(a, b));
    LONGS.put("xor.b64 %d, %a, %b;", (a, b, c) -> a ^ b);
    LONGS.put("shl.b64 %d, %a, 40;", (a, b, c) -> a << 40);
    LONGS.put("shr.s64 %d, %a, 40;", (a, b, c) -> a >> 40);
    LONGS.put("max.u64 %d, %a, %b;", (a, b, c) -> Long.compareUnsigned(a, b) > 0 ? a : b);
    LONGS.put("add.f64 %d, %a, %b;", (a, b, c) -> d(d(a) + d(b)));
    LONGS.put("fma.rn.f64 %d, %a, %b, %c;", (a, b, c) -> d(Math.fma(d(a), d(b), d(c))));
    LONGS.put("div.rn.f64 %d, %a, %b;", (a, b, c) -> d(d(a) / d(b)));
    LONGS.put(
        "{.reg .f32 t; cvt.rn.f32.f64 t, %a; cvt.f64.f32 %d, t;}", (a, b, c) -> d((float) d(a)));
    LONGS.put(
        "cvt.rn.f64.u64 %d, %a;",
        (a, b, c) -> d(new java.math.BigDecimal(unsigned(a)).doubleValue()));
    LONGS.put(
        "{.reg .f32 t; cvt.rn.f32.u64 t, %a; cvt.f64.f32 %d, t;}",
        (a, b, c) -> d(unsigned(a).floatValue()));
    LONGS.put("{.reg .f32 t; cvt.rn.f32.s64 t, %a; cvt.f64.f32 %d, t;}", (a, b, c) -> d((float) a));
    LONGS.put(
        "{.reg .b32 l, h; mov.b64 {l, h}, %a; mov.b64 %d, {h, l};}",
        (a, b, c) -> a << 32 | a >>> 32);
    LONGS.put(
        "{.reg .pred q; setp.lt.u64 q, %a, %b; selp.b64 %d, %a, %b, q;}",
        (a, b, c) -> Long.compareUnsigned(a, b) < 0 ? a : b);
    LONGS.put("{.reg .b32 t; popc.b64 t, %a; cvt.u64.u32 %d, t;}", (a, b, c) -> Long.bitCount(a));
    LONGS.put(
        "{.reg .b32 t; cvt.u32.u64 t, %a; mul.wide.s32 %d, t, t;}",
        (a, b, c) -> (long) (int) a * (int) a);
  }

  @TestFactory
  Stream<DynamicTest> words() {
    return INTS.entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> {
                      var random = new Random(SEED);
                      int[] a = words(random), b = words(random), c = words(random);
                      var expected = new int[a.length];
                      for (var i = 0; i < a.length; i++) {
                        expected[i] = entry.getValue().apply(a[i], b[i], c[i]);
                      }
                      assertSameWords(
                          expected, Probe.ints(entry.getKey(), a, b, c), entry.getKey());
                    }));
  }

  /// NaNs may differ in their bits.
  private static void assertSameWords(int[] expected, int[] actual, String what) {
    if (what.contains("f32 %d") || what.contains("cvt.f32")) {
      for (var i = 0; i < expected.length; i++) {
        expected[i] = nan(f(expected[i])) ? 0x7fffffff : expected[i];
        actual[i] = nan(f(actual[i])) ? 0x7fffffff : actual[i];
      }
    }
    assertArrayEquals(expected, actual, what + " seed " + SEED);
  }

  @TestFactory
  Stream<DynamicTest> doubleWords() {
    return LONGS.entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> {
                      var random = new Random(SEED);
                      var n = 77;
                      long[] a = new long[n], b = new long[n], c = new long[n], e = new long[n];
                      for (var i = 0; i < n; i++) {
                        a[i] = random.nextLong() >> random.nextInt(60);
                        b[i] = random.nextLong() >> random.nextInt(60);
                        c[i] = random.nextLong();
                      }
                      a[0] = Long.MIN_VALUE;
                      b[0] = 0;
                      a[1] = -1;
                      b[1] = 1;
                      for (var i = 0; i < n; i++) {
                        e[i] = entry.getValue().apply(a[i], b[i], c[i]);
                      }
                      var actual = Probe.longs(entry.getKey(), a, b, c);
                      if (entry.getKey().contains("f64")) {
                        for (var i = 0; i < n; i++) {
                          e[i] = d(d(e[i]) + 0.0);
                          actual[i] = d(d(actual[i]) + 0.0);
                          e[i] = d(e[i]) != d(e[i]) ? 1 : e[i];
                          actual[i] = d(actual[i]) != d(actual[i]) ? 1 : actual[i];
                        }
                      }
                      assertArrayEquals(e, actual, entry.getKey() + " seed " + SEED);
                    }));
  }

  /// 77 numbers: two whole warps and a part of one.
  private static int[] words(Random random) {
    var words = new int[77];
    for (var i = 0; i < words.length; i++) {
      words[i] =
          switch (random.nextInt(3)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> f((float) random.nextGaussian() * 100);
            default -> random.nextInt();
          };
    }
    return words;
  }

  private static long u(int a) {
    return a & 0xffffffffL;
  }

  private static long pair(int high, int low) {
    return (long) high << 32 | u(low);
  }

  private static BigInteger unsigned(long a) {
    return new BigInteger(Long.toUnsignedString(a));
  }

  private static float f(int bits) {
    return Float.intBitsToFloat(bits);
  }

  private static int f(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static double d(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static long d(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static boolean nan(float a) {
    return a != a;
  }

  private static float max(float a, float b) {
    return nan(a) ? b : nan(b) ? a : Math.max(a, b);
  }

  private static float flush(float a) {
    return Math.abs(a) < Float.MIN_NORMAL ? Math.copySign(0, a) : a;
  }

  private static float saturate(float a) {
    return nan(a) ? 0 : Math.clamp(a, 0f, 1f) + 0f;
  }

  private static int dot(int a, int b, int c) {
    for (var i = 0; i < 32; i += 8) {
      c += (a >>> i & 255) * (b >>> i & 255);
    }
    return c;
  }
}

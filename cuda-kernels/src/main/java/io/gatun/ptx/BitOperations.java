package io.gatun.ptx;

/// Logic, shifts and bit fields.
final class BitOperations {
  private BitOperations() {}

  static void addTo(OperationTable table) {
    logic(table);
    shifts(table);
    counts(table);
    fields(table);
    selections(table);
  }

  private static void logic(OperationTable table) {
    for (var type : new String[] {"b32", "b16"}) {
      table.add("and." + type, "iii", RowLoops::andInt);
      table.add("or." + type, "iii", RowLoops::orInt);
      table.add("xor." + type, "iii", RowLoops::xorInt);
    }
    table.add("not.b32", "ii", Lanes.int1(a -> ~a));
    table.add("not.b16", "ii", Lanes.int1(a -> ~a & 0xffff));
    table.add("cnot.b32", "ii", Lanes.int1(a -> a == 0 ? 1 : 0));
    table.add("cnot.b16", "ii", Lanes.int1(a -> a == 0 ? 1 : 0));
    table.add("and.b64", "lll", Lanes.long2((a, b) -> a & b));
    table.add("or.b64", "lll", Lanes.long2((a, b) -> a | b));
    table.add("xor.b64", "lll", Lanes.long2((a, b) -> a ^ b));
    table.add("not.b64", "ll", Lanes.long1(a -> ~a));
    table.add("cnot.b64", "ll", Lanes.long1(a -> a == 0 ? 1 : 0));
  }

  private static void shifts(OperationTable table) {
    table.add("shl.b32", "iii", RowLoops::shiftLeft);
    table.add("shr.u32", "iii", RowLoops::shiftRight);
    table.add("shr.b32", "iii", RowLoops::shiftRight);
    table.add("shr.s32", "iii", RowLoops::shiftRightSigned);
    table.add("shl.b16", "iii", Lanes.int2((a, b) -> big(b, 16) ? 0 : a << b & 0xffff));
    table.add("shr.u16", "iii", Lanes.int2((a, b) -> big(b, 16) ? 0 : a >>> b));
    table.add("shr.b16", "iii", Lanes.int2((a, b) -> big(b, 16) ? 0 : a >>> b));
    table.add("shr.s16", "iii", Lanes.int2((a, b) -> (short) a >> (big(b, 16) ? 15 : b) & 0xffff));
    table.add("shl.b64", "lli", RowLoops::shiftLeftLong);
    table.add("shr.u64", "lli", Lanes.longShift((a, b) -> big(b, 64) ? 0 : a >>> b));
    table.add("shr.b64", "lli", Lanes.longShift((a, b) -> big(b, 64) ? 0 : a >>> b));
    table.add("shr.s64", "lli", Lanes.longShift((a, b) -> a >> (big(b, 64) ? 63 : b)));
    table.add(
        "shf.l.wrap.b32", "iiii", Lanes.int3((a, b, c) -> (int) (pair(a, b) << (c & 31) >>> 32)));
    table.add("shf.r.wrap.b32", "iiii", Lanes.int3((a, b, c) -> (int) (pair(a, b) >>> (c & 31))));
    table.add(
        "shf.l.clamp.b32",
        "iiii",
        Lanes.int3((a, b, c) -> big(c, 32) ? a : (int) (pair(a, b) << c >>> 32)));
    table.add(
        "shf.r.clamp.b32",
        "iiii",
        Lanes.int3((a, b, c) -> big(c, 32) ? b : (int) (pair(a, b) >>> c)));
  }

  private static boolean big(int shift, int width) {
    return Integer.compareUnsigned(shift, width) >= 0;
  }

  private static long pair(int low, int high) {
    return (long) high << 32 | low & 0xffffffffL;
  }

  private static void counts(OperationTable table) {
    table.add("popc.b32", "ii", Lanes.int1(Integer::bitCount));
    table.add("popc.b64", "il", Lanes.longToInt(Long::bitCount));
    table.add("clz.b32", "ii", Lanes.int1(Integer::numberOfLeadingZeros));
    table.add("clz.b64", "il", Lanes.longToInt(Long::numberOfLeadingZeros));
    table.add("brev.b32", "ii", Lanes.int1(Integer::reverse));
    table.add("brev.b64", "ll", Lanes.long1(Long::reverse));
    table.add("bfind.u32", "ii", Lanes.int1(a -> 31 - Integer.numberOfLeadingZeros(a)));
    table.add(
        "bfind.s32", "ii", Lanes.int1(a -> 31 - Integer.numberOfLeadingZeros(a < 0 ? ~a : a)));
    table.add(
        "bfind.shiftamt.u32", "ii", Lanes.int1(a -> a == 0 ? -1 : Integer.numberOfLeadingZeros(a)));
    table.add("bfind.u64", "il", Lanes.longToInt(a -> 63 - Long.numberOfLeadingZeros(a)));
    table.add(
        "bfind.s64", "il", Lanes.longToInt(a -> 63 - Long.numberOfLeadingZeros(a < 0 ? ~a : a)));
  }

  private static void fields(OperationTable table) {
    table.add("bfe.u32", "iiii", Lanes.int3((a, b, c) -> (int) extract(a & 0xffffffffL, b, c)));
    table.add("bfe.s32", "iiii", Lanes.int3((a, b, c) -> (int) extractSigned(a, b, c, 32)));
    table.add(
        "bfe.u64",
        "llii",
        (w, d, a, b, c) -> {
          long[] x = w.longs[a], r = w.longs[d];
          int[] y = w.ints[b], z = w.ints[c];
          for (var l = 0; l < Lanes.WIDTH; l++) {
            r[l] = extract(x[l], y[l], z[l]);
          }
        });
    table.add(
        "bfe.s64",
        "llii",
        (w, d, a, b, c) -> {
          long[] x = w.longs[a], r = w.longs[d];
          int[] y = w.ints[b], z = w.ints[c];
          for (var l = 0; l < Lanes.WIDTH; l++) {
            r[l] = extractSigned(x[l], y[l], z[l], 64);
          }
        });
    table.add("prmt.b32", "iiii", Lanes.int3(BitOperations::permute));
    table.add(
        "bmsk.clamp.b32",
        "iii",
        Lanes.int2((a, b) -> (int) (ones(Math.min(b & 0xff, 32)) << Math.min(a & 0xff, 32))));
  }

  private static long ones(int count) {
    return count >= 64 ? -1 : (1L << count) - 1;
  }

  private static long extract(long value, int position, int length) {
    var p = position & 0xff;
    return p >= 64 ? 0 : value >>> p & ones(length & 0xff);
  }

  /// Bits above the field, and above the word, take the sign of the field's last bit in the word.
  private static long extractSigned(long value, int position, int length, int width) {
    var p = position & 0xff;
    var n = length & 0xff;
    if (n == 0) {
      return 0;
    }
    var signAt = Math.min(p + n - 1, width - 1);
    var sign = value >> signAt & 1;
    var field = p >= width ? 0 : value << 64 - width >>> 64 - width >>> p & ones(n);
    var bits = Math.min(n, Math.max(0, width - p));
    return sign == 0 || bits >= 64 ? field : field | -1L << bits;
  }

  /// Picks each byte of the result from the eight bytes of two words; the selector's high bit
  /// repeats the byte's sign.
  private static int permute(int a, int b, int selector) {
    var bytes = pair(a, b);
    var result = 0;
    for (var i = 0; i < 4; i++) {
      var choice = selector >>> 4 * i & 0xf;
      var picked = (int) (bytes >>> 8 * (choice & 7)) & 0xff;
      if ((choice & 8) != 0) {
        picked = (byte) picked >> 7 & 0xff;
      }
      result |= picked << 8 * i;
    }
    return result;
  }

  /// `lop3` with its truth table: bit `4 a + 2 b + c` of the table is the result's bit.
  static Lanes lop3(int table) {
    return Lanes.int3(
        (a, b, c) -> {
          var result = 0;
          for (var i = 0; i < 8; i++) {
            if ((table >>> i & 1) != 0) {
              result |= ((i & 4) != 0 ? a : ~a) & ((i & 2) != 0 ? b : ~b) & ((i & 1) != 0 ? c : ~c);
            }
          }
          return result;
        });
  }

  /// `bfi`: puts the low `length` bits of `field` into `into` at `position`.
  static long insert(long field, long into, int position, int length, int width) {
    var p = position & 0xff;
    if (p >= width) {
      return into;
    }
    var mask = ones(length & 0xff) << p;
    return into & ~mask | field << p & mask;
  }

  private static void selections(OperationTable table) {
    for (var type : new String[] {"b16", "u16", "s16", "b32", "u32", "s32", "f32", "f16", "bf16"}) {
      table.add("selp." + type, "iiip", RowLoops::selectInt);
    }
    for (var type : new String[] {"b64", "u64", "s64", "f64"}) {
      table.add("selp." + type, "lllp", RowLoops::selectLong);
    }
    for (var type : new String[] {"b32", "u32", "s32", "f32"}) {
      table.add("slct." + type + ".s32", "iiii", Lanes.int3((a, b, c) -> c >= 0 ? a : b));
      table.add(
          "slct." + type + ".f32",
          "iiii",
          Lanes.int3((a, b, c) -> Float.intBitsToFloat(c) >= 0 ? a : b));
    }
  }
}

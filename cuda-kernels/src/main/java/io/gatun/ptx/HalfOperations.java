package io.gatun.ptx;

/// f16 and bf16 arithmetic, single and in pairs: computed in f32 and rounded once, which is exact
/// for sums and products (24 bits are more than twice 11, and 2); `fma` rounds the exact sum to odd
/// in between.
final class HalfOperations {
  private HalfOperations() {}

  static void addTo(OperationTable table) {
    for (var half : Half.values()) {
      two(table, "add", half, (a, b) -> a + b);
      two(table, "sub", half, (a, b) -> a - b);
      two(table, "mul", half, (a, b) -> a * b);
      two(table, "min", half, FloatOperations::min);
      two(table, "max", half, FloatOperations::max);
      two(table, "min.NaN", half, Math::min);
      two(table, "max.NaN", half, Math::max);
      three(table, "fma", half, HalfOperations::fma);
      three(table, "fma.relu", half, (a, b, c) -> relu(fma(a, b, c)));
      one(table, "ex2.approx", half, FloatOperations::exp2);
      one(table, "tanh.approx", half, a -> (float) Math.tanh(a));
      table.add("neg." + half, "ii", Lanes.int1(a -> a ^ 0x8000));
      table.add("neg." + half + "x2", "ii", Lanes.int1(a -> a ^ 0x80008000));
      table.add("abs." + half, "ii", Lanes.int1(a -> a & 0x7fff));
      table.add("abs." + half + "x2", "ii", Lanes.int1(a -> a & 0x7fff7fff));
    }
  }

  private static float fma(float a, float b, float c) {
    return Rounding.ODD.sum((double) a * b, c);
  }

  private static float relu(float a) {
    return a != a ? a : Math.max(a, 0);
  }

  private static void one(OperationTable table, String name, Half half, Lanes.FloatUnary f) {
    table.add(name + "." + half, "ii", Lanes.int1(a -> half.bits(f.apply(half.low(a)))));
    table.add(
        name + "." + half + "x2",
        "ii",
        Lanes.int1(a -> half.pair(f.apply(half.high(a)), f.apply(half.low(a)))));
  }

  private static void two(OperationTable table, String name, Half half, Lanes.FloatBinary f) {
    table.add(
        name + "." + half,
        "iii",
        Lanes.int2((a, b) -> half.bits(f.apply(half.low(a), half.low(b)))));
    table.add(
        name + "." + half + "x2",
        "iii",
        Lanes.int2(
            (a, b) ->
                half.pair(f.apply(half.high(a), half.high(b)), f.apply(half.low(a), half.low(b)))));
  }

  private static void three(OperationTable table, String name, Half half, Lanes.FloatTernary f) {
    table.add(
        name + "." + half,
        "iiii",
        Lanes.int3((a, b, c) -> half.bits(f.apply(half.low(a), half.low(b), half.low(c)))));
    table.add(
        name + "." + half + "x2",
        "iiii",
        Lanes.int3(
            (a, b, c) ->
                half.pair(
                    f.apply(half.high(a), half.high(b), half.high(c)),
                    f.apply(half.low(a), half.low(b), half.low(c)))));
  }
}

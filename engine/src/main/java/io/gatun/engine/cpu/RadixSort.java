package io.gatun.engine.cpu;

/// Writes a stable sort of unsigned keys with their positions, least significant digit first
/// (Knuth, "The Art of Computer Programming", volume 3, section 5.2.5): each pass counts the digits
/// and moves every key behind those with smaller ones.
///
/// The memory is six arrays one after the other: keys, positions (`i32`), and both again for the
/// passes to go back and forth, then the counts and the number of the next place.
///
/// @param count how many keys there are
/// @param key type of a key: `i32` or `i64`
/// @param keyBits bits of a key that are not all 0
/// @param digit bits that one pass looks at
record RadixSort(long count, String key, int keyBits, int digit) {

  private long keyBytes() {
    return round(count * MemoryEmitter.bytes(key));
  }

  private long positionBytes() {
    return round(count * 4);
  }

  private static long round(long bytes) {
    return Math.ceilDiv(bytes, 64) * 64 + 64;
  }

  int passes() {
    return Math.ceilDiv(keyBits, digit);
  }

  private long digits() {
    return 1L << digit;
  }

  /// Bytes of memory, 64-byte aligned.
  long bytes() {
    return 2 * (keyBytes() + positionBytes()) + passes() * digits() * 4;
  }

  /// Where the keys are before, and where they and their positions are after `moves` moves.
  Ssa keys(TableFunction f, Ssa memory, int moves) {
    return f.ir.address(memory, "i8", Ir.i64(moves % 2 * (keyBytes() + positionBytes())));
  }

  /// Where the positions are after `moves` moves.
  Ssa positions(TableFunction f, Ssa memory, int moves) {
    return f.ir.address(keys(f, memory, moves), "i8", Ir.i64(keyBytes()));
  }

  /// Sorts the keys in `memory`; afterwards they and their positions are where they are after
  /// [#passes] moves.
  void sort(TableFunction f, Ssa memory) {
    Ssa counts = f.ir.address(memory, "i8", Ir.i64(2 * (keyBytes() + positionBytes())));
    count(f, memory, counts);
    for (int pass = 0; pass < passes(); pass++) {
      Ssa own = f.ir.address(counts, "i32", Ir.i64(pass * digits()));
      places(f, own);
      move(f, memory, own, pass);
    }
  }

  /// The digits of all passes at once.
  private void count(TableFunction f, Ssa memory, Ssa counts) {
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(passes() * digits()),
        1,
        true,
        i -> f.store(Ir.integer("i32", 1, 0), counts, i));
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(count),
        1,
        true,
        i -> {
          Ssa value = f.load(key, keys(f, memory, 0), i);
          for (int pass = 0; pass < passes(); pass++) {
            Ssa at = f.add(digit(f, value, pass), pass * digits());
            f.store(f.ir.binary("add", f.load("i32", counts, at), 1), counts, at);
          }
        });
  }

  private Ssa digit(TableFunction f, Ssa value, int pass) {
    Ssa wide = key.equals("i64") ? value : f.ir.convert("zext", value, "i64");
    Ssa shifted = pass == 0 ? wide : f.ir.binary("lshr", wide, (long) pass * digit);
    return f.ir.binary("and", shifted, digits() - 1);
  }

  /// Turns counts into the place of each digit's first key.
  private void places(TableFunction f, Ssa counts) {
    String slot = f.ir.slot("i32");
    f.ir.storeSlot(slot, Ir.integer("i32", 1, 0));
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(digits()),
        1,
        true,
        d -> {
          Ssa before = f.ir.loadSlot(slot, "i32", 1);
          f.ir.storeSlot(slot, f.ir.binary("add", before, f.load("i32", counts, d)));
          f.store(before, counts, d);
        });
  }

  private void move(TableFunction f, Ssa memory, Ssa places, int pass) {
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(count),
        1,
        true,
        i -> {
          Ssa value = f.load(key, keys(f, memory, pass), i);
          Ssa position =
              pass == 0
                  ? f.ir.convert("trunc", i, "i32")
                  : f.load("i32", positions(f, memory, pass), i);
          Ssa at = digit(f, value, pass);
          Ssa place = f.load("i32", places, at);
          f.store(f.ir.binary("add", place, 1), places, at);
          Ssa to = f.ir.convert("zext", place, "i64");
          f.store(value, keys(f, memory, pass + 1), to);
          f.store(position, positions(f, memory, pass + 1), to);
        });
  }
}

package io.gatun.engine.cpu;

import io.gatun.graph.ir.Random;
import io.gatun.graph.kernel.Index;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Philox4x32-10 (Salmon et al., SC 2011) in vector form; see [Random]. Where the lanes are whole
/// blocks of four neighbouring elements each block is computed once, else each lane computes its
/// own.
final class Philox {
  private Philox() {}

  /// The elements at `index` in the lanes of vector `u`.
  static Ssa draw(
      Ir ir, Random.Kind kind, Ssa key, Ssa counter, ExprEmitter exprs, Index index, int u) {
    boolean vector = exprs.indices().varies(index);
    int width = vector ? exprs.lanes().width() : 1;
    Ssa words;
    if (vector && width >= 4 && isBlocked(exprs, index)) {
      Ssa first = ir.binary("add", exprs.indices().scalar(index), (long) u * width);
      Ssa block = ir.binary("add", ir.binary("lshr", first, 2), counter);
      int blocks = width / 4;
      Ssa counters = ir.splat(block, blocks);
      if (blocks > 1) {
        Ssa steps = Ir.vector("i64", LongStream.range(0, blocks));
        counters = ir.binary("add", counters, steps);
      }
      words = ir.callShared(blocksFunction(ir, blocks), "i32", width, counters, key);
    } else {
      Ssa at = vector ? exprs.indices().vector(index, u, "i64") : exprs.indices().scalar(index);
      Ssa counters = ir.binary("add", ir.binary("lshr", at, 2), ir.splat(counter, width));
      Ssa word = ir.convert("trunc", ir.binary("and", at, 3), "i32");
      words = ir.callShared(lanesFunction(ir, width), "i32", width, counters, word, key);
    }
    return switch (kind) {
      case BITS -> words;
      case UNIFORM -> {
        Ssa number = ir.convert("uitofp", ir.binary("lshr", words, 8), "float");
        yield ir.binary("fmul", number, Ir.number(number, 0x1p-24));
      }
    };
  }

  /// True when the lanes are neighbours and lane 0 is always word 0 of a block.
  private static boolean isBlocked(ExprEmitter exprs, Index index) {
    if (exprs.indices().stride(index).orElse(0L) != 1) return false;
    // The lane variable itself moves in steps of the width, a multiple of four.
    return index.constant() % 4 == 0
        && index.terms().entrySet().stream()
            .filter(t -> !exprs.lanes().variable().map(t.getKey()::equals).orElse(false))
            .allMatch(t -> t.getValue() % 4 == 0);
  }

  private static String lanesFunction(Ir ir, int width) {
    String name = "gatun.philox.lanes." + Ssa.suffix("i32", width);
    ir.module()
        .share(
            name,
            () -> {
              var body = new Ir(ir.module());
              var counters = new Ssa("%counter", "i64", width);
              var word = new Ssa("%word", "i32", width);
              var key = new Ssa("%key", "i64", 1);
              Ssa[] block = block(body, counters, key);
              Ssa low = body.binary("icmp eq", body.binary("and", word, 1), 0);
              Ssa first = body.select(low, block[0], block[1]);
              Ssa second = body.select(low, block[2], block[3]);
              Ssa result = body.select(body.binary("icmp ult", word, 2), first, second);
              return VectorMath.definition(name, body, result, counters, word, key);
            });
    return name;
  }

  private static String blocksFunction(Ir ir, int blocks) {
    String name = "gatun.philox.blocks." + Ssa.suffix("i32", blocks * 4);
    ir.module()
        .share(
            name,
            () -> {
              var body = new Ir(ir.module());
              var counters = new Ssa("%counter", "i64", blocks);
              var key = new Ssa("%key", "i64", 1);
              Ssa[] words = block(body, counters, key);
              Ssa result = interleave(body, words, blocks);
              return VectorMath.definition(name, body, result, counters, key);
            });
    return name;
  }

  private static Ssa interleave(Ir ir, Ssa[] words, int blocks) {
    if (blocks == 1) {
      Ssa result = new Ssa("poison", "i32", 4);
      for (int w = 0; w < 4; w++) result = ir.insert(result, words[w], w);
      return result;
    }
    Ssa low = ir.shuffle(words[0], words[1], IntStream.range(0, 2 * blocks));
    Ssa high = ir.shuffle(words[2], words[3], IntStream.range(0, 2 * blocks));
    return ir.shuffle(low, high, IntStream.range(0, 4 * blocks).map(i -> i % 4 * blocks + i / 4));
  }

  /// The four words of the blocks with these counters.
  private static Ssa[] block(Ir ir, Ssa counters, Ssa key) {
    int lanes = counters.lanes();
    Ssa c0 = ir.convert("trunc", counters, "i32");
    Ssa c1 = ir.convert("trunc", ir.binary("lshr", counters, 32), "i32");
    Ssa c2 = Ir.integer("i32", lanes, 0);
    Ssa c3 = c2;
    Ssa k0 = ir.splat(ir.convert("trunc", key, "i32"), lanes);
    Ssa k1 = ir.splat(ir.convert("trunc", ir.binary("lshr", key, 32), "i32"), lanes);
    for (int round = 0; round < 10; round++) {
      Ssa p0 = ir.binary("mul", ir.convert("zext", c0, "i64"), 0xD2511F53L);
      Ssa p1 = ir.binary("mul", ir.convert("zext", c2, "i64"), 0xCD9E8D57L);
      Ssa high0 = ir.convert("trunc", ir.binary("lshr", p0, 32), "i32");
      Ssa high1 = ir.convert("trunc", ir.binary("lshr", p1, 32), "i32");
      c0 = ir.binary("xor", ir.binary("xor", high1, c1), k0);
      c1 = ir.convert("trunc", p1, "i32");
      c2 = ir.binary("xor", ir.binary("xor", high0, c3), k1);
      c3 = ir.convert("trunc", p0, "i32");
      k0 = ir.binary("add", k0, 0x9E3779B9);
      k1 = ir.binary("add", k1, 0xBB67AE85);
    }
    return new Ssa[] {c0, c1, c2, c3};
  }
}

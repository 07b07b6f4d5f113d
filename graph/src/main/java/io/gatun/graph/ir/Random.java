package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011), bit-identical on every device.
///
/// Operands: `key: i64[]`, the seed, and `counter: i64[]`. Element `i` is word `i % 4` of the block
/// whose 128-bit counter is `counter + i / 4` (mod 2^64, high half zero) under that key.
/// `BITS` gives the word as `i32`; `UNIFORM` gives `f32` in [0, 1): the upper 24 bits times 2^-24.
public record Random(Kind kind, Shape shape) implements Op {
  public enum Kind {
    BITS,
    UNIFORM
  }

  private static int word(long key, long counter, int i) {
    return philox(counter + i / 4, 0, key)[i % 4];
  }

  /// One block of Philox4x32-10 for a 128-bit counter, given as its low and high halves.
  static int[] philox(long low, long high, long key) {
    int c0 = (int) low;
    int c1 = (int) (low >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = 0xD2511F53L * (c0 & 0xffffffffL);
      long p1 = 0xCD9E8D57L * (c2 & 0xffffffffL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return new int[] {c0, c1, c2, c3};
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    GraphException.check(
        operands.equals(List.of(TensorType.of(DType.I64), TensorType.of(DType.I64))),
        "%s: wants key i64[] and counter i64[], got %s",
        text(),
        operands);
    return new TensorType(kind == Kind.BITS ? DType.I32 : DType.F32, shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    long key = operands.get(0).longAt(0);
    long counter = operands.get(1).longAt(0);
    var type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    return switch (kind) {
      case BITS -> NdArray.ofLongs(type, i -> word(key, counter, i));
      case UNIFORM -> NdArray.of(type, i -> (word(key, counter, i) >>> 8) * 0x1p-24);
    };
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "random." + kind.name().toLowerCase(Locale.ROOT) + " " + shape;
  }
}

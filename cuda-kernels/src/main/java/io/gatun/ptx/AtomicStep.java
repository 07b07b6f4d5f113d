package io.gatun.ptx;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// `atom` and `red`: reads, computes and writes as one, lane after lane.
final class AtomicStep extends MemoryStep {
  /// What becomes of the old value.
  @FunctionalInterface
  interface Update {
    /// @param old bits in memory
    /// @param b bits of the second operand
    /// @param c bits of the third
    long apply(long old, long b, long c);
  }

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final Update update;
  private final int elementBytes;
  private final int[] results;
  private final int[] b;
  private final int[] c;

  /// @param elementBytes 2, 4 or 8
  /// @param results rows of the old values, of each element; empty for `red`
  AtomicStep(
      PtxInstruction instruction,
      AddressSpace space,
      AddressRow address,
      Update update,
      int elementBytes,
      int[] results,
      int[] b,
      int[] c,
      int slot) {
    super(instruction, space, address, elementBytes * b.length, slot);
    this.update = update;
    this.elementBytes = elementBytes;
    this.results = results;
    this.b = b;
    this.c = c;
  }

  @Override
  void execute(Warp warp, int mask) {
    requireAligned(warp, mask, bytes);
    locate(warp, mask, Access.ATOMIC);
    for (var q = mask; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      for (var i = 0; i < b.length; i++) {
        var old =
            exchange(
                warp.hosts[lane] + i * elementBytes,
                value(warp, b[i], lane),
                c.length == 0 ? 0 : value(warp, c[i], lane));
        if (results.length > 0 && results[i] != LoadStep.NOWHERE) {
          if (elementBytes == 8) {
            warp.longs[results[i]][lane] = old;
          } else {
            warp.ints[results[i]][lane] = (int) old;
          }
        }
      }
    }
  }

  private long value(Warp warp, int row, int lane) {
    return elementBytes == 8 ? warp.longs[row][lane] : warp.ints[row][lane];
  }

  private long exchange(long host, long second, long third) {
    return switch (elementBytes) {
      case 2 -> exchangeHalf(host, second, third);
      case 4 -> {
        while (true) {
          var old = NativeMemory.intAt(host);
          var wanted = (int) update.apply(old, second, third);
          if (INT.compareAndSet(NativeMemory.ALL, host, old, wanted)) {
            yield old;
          }
        }
      }
      default -> {
        while (true) {
          var old = NativeMemory.longAt(host);
          var wanted = update.apply(old, second, third);
          if (LONG.compareAndSet(NativeMemory.ALL, host, old, wanted)) {
            yield old;
          }
        }
      }
    };
  }

  /// Through the word that holds the two bytes.
  private long exchangeHalf(long host, long second, long third) {
    var word = host & ~3L;
    var shift = (int) (host & 2) * 8;
    while (true) {
      var old = NativeMemory.intAt(word);
      var half = old >>> shift & 0xffff;
      var wanted = (int) update.apply(half, second, third) & 0xffff;
      if (INT.compareAndSet(
          NativeMemory.ALL, word, old, old & ~(0xffff << shift) | wanted << shift)) {
        return half;
      }
    }
  }
}

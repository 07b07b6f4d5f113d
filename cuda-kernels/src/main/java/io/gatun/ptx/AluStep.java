package io.gatun.ptx;

import java.util.stream.IntStream;

/// An operation of the arithmetic units on rows.
final class AluStep extends Step {
  private final Lanes lanes;
  private final boolean wide;
  private final int d;
  private final int a;
  private final int b;
  private final int c;

  AluStep(PtxInstruction instruction, Lanes lanes, boolean wide, int d, int a, int b, int c) {
    super(instruction);
    this.lanes = lanes;
    this.wide = wide;
    this.d = d;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  /// Its rows, the result's first.
  IntStream rows() {
    return IntStream.of(d, a, b, c);
  }

  /// Lanes for which a `selp` takes its first source.
  int chosen(Warp warp) {
    return warp.predicates[c];
  }

  @Override
  void execute(Warp warp, int mask) {
    if (mask == -1) {
      lanes.apply(warp, d, a, b, c);
      return;
    }
    lanes.apply(warp, Warp.SCRATCH, a, b, c);
    if (wide) {
      warp.mergeLongs(d, mask);
    } else {
      warp.mergeInts(d, mask);
    }
  }
}

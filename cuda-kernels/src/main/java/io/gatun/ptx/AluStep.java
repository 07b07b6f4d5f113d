package io.gatun.ptx;

import java.util.stream.IntStream;

/// An operation of the arithmetic units on rows.
final class AluStep extends Step {
  private final Lanes lanes;
  private final RowKind kind;
  private final int d;
  private final int a;
  private final int b;
  private final int c;

  /// @param kind of the result's row
  AluStep(PtxInstruction instruction, Lanes lanes, RowKind kind, int d, int a, int b, int c) {
    super(instruction);
    this.lanes = lanes;
    this.kind = kind;
    this.d = d;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  /// Kind of the result's row.
  RowKind kind() {
    return kind;
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
    switch (kind) {
      case INTS -> warp.mergeInts(d, mask);
      case LONGS -> warp.mergeLongs(d, mask);
      case FLOATS -> warp.mergeFloats(d, mask);
      case PREDICATES -> throw new IllegalStateException("no row of lanes");
    }
  }
}

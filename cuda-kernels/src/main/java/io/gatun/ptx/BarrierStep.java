package io.gatun.ptx;

/// `bar.sync`, `bar.arrive` and `bar.red`.
final class BarrierStep extends Step {
  /// What becomes of the predicates of the threads.
  enum Reduction {
    NONE,
    COUNT,
    AND,
    OR
  }

  private final boolean waits;
  private final int idRow;
  private final int threadsRow;
  private final Reduction reduction;
  private final int d;
  private final int predicate;
  private final boolean negated;

  /// @param idRow row of the barrier's number
  /// @param threadsRow row of the number of threads; -1 for all of the block
  /// @param d row of a count, else predicate
  BarrierStep(
      PtxInstruction instruction,
      boolean waits,
      int idRow,
      int threadsRow,
      Reduction reduction,
      int d,
      int predicate,
      boolean negated) {
    super(instruction, Control.BARRIER);
    this.waits = waits;
    this.idRow = idRow;
    this.threadsRow = threadsRow;
    this.reduction = reduction;
    this.d = d;
    this.predicate = predicate;
    this.negated = negated;
    this.counter = Counter.CONTROL_INSTRUCTIONS;
  }

  boolean waits() {
    return waits;
  }

  int barrier(Warp warp) {
    return warp.ints[idRow][Integer.numberOfTrailingZeros(warp.alive)];
  }

  int threads(Warp warp) {
    return threadsRow < 0 ? 0 : warp.ints[threadsRow][Integer.numberOfTrailingZeros(warp.alive)];
  }

  /// Lanes whose predicate holds.
  int votes(Warp warp, int mask) {
    if (reduction == Reduction.NONE) {
      return 0;
    }
    var bits = warp.predicates[predicate];
    return (negated ? ~bits : bits) & mask;
  }

  /// Writes the result.
  void deliver(Warp warp, int mask, int votes, int threads) {
    switch (reduction) {
      case NONE -> {}
      case COUNT -> {
        for (var q = mask; q != 0; q &= q - 1) {
          warp.ints[d][Integer.numberOfTrailingZeros(q)] = votes;
        }
      }
      case AND -> warp.setPredicate(d, mask, votes == threads ? -1 : 0);
      case OR -> warp.setPredicate(d, mask, votes > 0 ? -1 : 0);
    }
  }

  @Override
  void execute(Warp warp, int mask) {
    warp.block.barriers().arrive(warp, this, mask);
  }
}

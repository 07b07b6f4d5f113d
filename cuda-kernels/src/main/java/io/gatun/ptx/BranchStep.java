package io.gatun.ptx;

/// `bra` and `brx.idx`.
final class BranchStep extends Step {
  /// Reconvergence at the end of the kernel only.
  static final int NEVER = -1;

  private final int[] targets;
  private final int meeting;
  private final int indexRow;

  /// @param targets index of the step each value of the index leads to; one for `bra`
  /// @param meeting index of the step where the lanes meet again
  /// @param indexRow row of the index; -1 for `bra`
  BranchStep(PtxInstruction instruction, int[] targets, int meeting, int indexRow) {
    super(instruction, indexRow < 0 ? Control.BRANCH : Control.BRANCH_TABLE);
    this.targets = targets;
    this.meeting = meeting;
    this.indexRow = indexRow;
    this.counter = Counter.CONTROL_INSTRUCTIONS;
  }

  int target() {
    return targets[0];
  }

  int meeting() {
    return meeting;
  }

  /// Number of targets.
  int count() {
    return targets.length;
  }

  int target(int index) {
    return targets[index];
  }

  /// Lanes whose index is this one; the last target takes what is beyond.
  int lanesFor(Warp warp, int mask, int index) {
    var lanes = 0;
    for (var q = mask; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var wanted = warp.ints[indexRow][lane];
      var clamped = IntegerOperations.minUnsigned(wanted, targets.length - 1);
      lanes |= (clamped == index ? 1 : 0) << lane;
    }
    return lanes;
  }

  @Override
  void execute(Warp warp, int mask) {
    throw new IllegalStateException("the loop of the warp takes branches");
  }
}

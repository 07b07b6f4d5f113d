package io.gatun.ptx;

/// Small steps that steer or wait.
final class ControlSteps {
  private ControlSteps() {}

  /// `ret` and `exit`.
  static final class Exit extends Step {
    Exit(PtxInstruction instruction) {
      super(instruction, Control.EXIT);
      this.counter = Counter.CONTROL_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      throw new IllegalStateException("the loop of the warp ends lanes");
    }
  }

  /// `trap`.
  static final class Trap extends Step {
    Trap(PtxInstruction instruction) {
      super(instruction);
      this.counter = Counter.CONTROL_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      throw warp.fault(
          GpuFault.Kind.TRAP,
          instruction.base().equals("call") ? "an assert failed" : "trap",
          this,
          Integer.numberOfTrailingZeros(mask));
    }
  }

  /// Fences and hints: memory here is in order anyway.
  static final class Nothing extends Step {
    Nothing(PtxInstruction instruction) {
      super(instruction);
      this.counter = Counter.CONTROL_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {}
  }

  /// `cp.async.commit_group`.
  static final class CloseGroup extends Step {
    CloseGroup(PtxInstruction instruction) {
      super(instruction);
      this.counter = Counter.CONTROL_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      warp.copies.close(mask);
    }
  }

  /// `cp.async.wait_group` and `cp.async.wait_all`.
  static final class AwaitGroups extends Step {
    private final int pending;

    /// @param pending groups that may still be under way; -1 to wait for open ones too
    AwaitGroups(PtxInstruction instruction, int pending) {
      super(instruction);
      this.pending = pending;
      this.counter = Counter.CONTROL_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      if (pending < 0) {
        warp.copies.awaitAll(warp, this, mask);
      } else {
        warp.copies.await(warp, this, mask, pending);
      }
    }
  }
}

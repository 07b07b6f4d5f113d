package io.gatun.ptx;

/// Which registers the lanes of a block's warps have written. Rows of lanes are shared by registers
/// that live one after the other, so a row cannot tell.
final class WrittenRegisters {
  /// By warp and register: bit `l` is lane `l`'s.
  private final int[][] written;

  WrittenRegisters(int warps, int registers) {
    this.written = new int[warps][registers];
  }

  /// A step is about to run.
  ///
  /// @param active lanes that run it
  /// @param mask lanes whose guard was asked
  /// @throws GpuFault where a lane reads what it has never written
  void use(Warp warp, Step step, int active, int mask) {
    var masks = written[warp.index];
    var use = step.registers;
    if (use.guard() >= 0) {
      require(warp, step, mask & ~masks[use.guard()]);
    }
    var defined = active;
    for (var register : use.read()) {
      defined &= masks[register];
    }
    if (!use.moves()) {
      require(warp, step, active & ~defined);
    }
    for (var register : use.written()) {
      masks[register] = masks[register] & ~active | defined;
    }
  }

  private static void require(Warp warp, Step step, int missing) {
    if (missing != 0) {
      throw warp.fault(
          GpuFault.Kind.UNINITIALISED,
          "%s reads a register that the thread has never written"
              .formatted(step.instruction.opcode()),
          step,
          Integer.numberOfTrailingZeros(missing));
    }
  }
}

package io.gatun.ptx;

/// Which registers hold something that the lanes of a block's warps have written, or copied from
/// what was. Rows of lanes are shared by registers
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
  /// @throws GpuFault where a lane uses what it has never written
  void use(Warp warp, Step step, int active, int mask) {
    var masks = written[warp.index];
    var use = step.registers;
    if (use.guard() != RegisterUse.NO_REGISTER) {
      require(warp, step, mask & ~masks[use.guard()]);
    }
    var defined =
        switch (use.flow()) {
          case USES -> {
            require(warp, step, active & ~all(masks, use.read(), 0));
            yield active;
          }
          case MOVES -> active & all(masks, use.read(), 0);
          case SELECTS -> {
            require(warp, step, active & ~all(masks, use.read(), 2));
            var first = ((AluStep) step).chosen(warp);
            yield active & (first & of(masks, use.read()[0]) | ~first & of(masks, use.read()[1]));
          }
          case SHUFFLES -> {
            require(warp, step, active & ~all(masks, use.read(), 1));
            var source = of(masks, use.read()[0]);
            yield ((WarpSteps.Shuffle) step).shuffled(warp, active, source);
          }
        };
    for (var i = 0; i < use.written().length; i++) {
      // A shuffle's second result says whether there was a lane to read, whatever it holds.
      var isKnown = use.flow() == RegisterUse.Flow.SHUFFLES && i > 0;
      var register = use.written()[i];
      masks[register] = masks[register] & ~active | (isKnown ? active : defined);
    }
  }

  /// Lanes that have written all of these registers.
  private static int all(int[] masks, int[] registers, int from) {
    var lanes = -1;
    for (var i = from; i < registers.length; i++) {
      lanes &= of(masks, registers[i]);
    }
    return lanes;
  }

  private static int of(int[] masks, int register) {
    return register == RegisterUse.NO_REGISTER ? -1 : masks[register];
  }

  private static void require(Warp warp, Step step, int missing) {
    if (missing != 0) {
      throw warp.fault(
          GpuFault.Kind.UNINITIALISED,
          "%s uses a register that the thread has never written, or only copied from such a one"
              .formatted(step.instruction.opcode()),
          step,
          Integer.numberOfTrailingZeros(missing));
    }
  }
}

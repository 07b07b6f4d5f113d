package io.gatun.ptx;

/// Registers of a thread of a kernel.
///
/// @param count how many
/// @param estimated false when the assembler of the CUDA toolkit counted them
public record RegisterCount(int count, boolean estimated) {
  private static final int UNIT = 8;
  private static final int SMALLEST = 16;

  /// A guess where no assembler is at hand: registers that are live at once in the PTX, but no more
  /// than the kernel's launch bounds leave to a thread. Over 35 kernels it is 1.24 times what the
  /// assembler takes (geometric mean; within a factor of 1.28 of that, standard deviation).
  static RegisterCount estimate(PtxKernel kernel) {
    var blocks = Math.max(1, kernel.minBlocks());
    var bound = (1 << 16) / (kernel.maxThreads() * blocks) / UNIT * UNIT;
    var guess = Math.max(SMALLEST, Math.ceilDiv(kernel.liveRegisters(), UNIT) * UNIT);
    return new RegisterCount(
        Math.min(Math.min(guess, Occupancy.MAX_REGISTERS), Math.max(SMALLEST, bound)), true);
  }

  /// The count, with `~` before an estimate.
  @Override
  public String toString() {
    return (estimated ? "~" : "") + count;
  }
}

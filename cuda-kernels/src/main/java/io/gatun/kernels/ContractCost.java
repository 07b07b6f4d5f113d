package io.gatun.kernels;

import io.gatun.kernels.ContractLaunches.Problem;

/// What a contraction is expected to take, in cycles of a multiprocessor, by the blocks of the one
/// that has the most: a block alone waits for memory most of its time, several hide it from each
/// other, and more than fit take turns.
///
/// The figures of the f32 kernels are fitted to what an H100 took for 14 problems in 11 ways each
/// (`bench/RESULTS.md`): the choice takes 1 % longer than the fastest way on average, 7 % at worst.
/// Those of the tensor cores are from fewer measurements.
///
/// @param multiprocessors of the GPU
record ContractCost(Problem problem, int multiprocessors) {
  /// Flops of a cycle of the f32 units, and of `mma.sync` of bf16.
  private static final double F32_FLOPS = 256;

  private static final double TENSOR_FLOPS = 2800;

  /// Bytes of a cycle, of a multiprocessor's share of the memory.
  private static final double BYTES = 10;

  /// Cycles of a launch more.
  private static final double LAUNCH = 2500;

  /// How a kernel uses a multiprocessor.
  ///
  /// @param share of the units' flops that many blocks reach
  /// @param busy blocks that reach it
  /// @param resident blocks that fit at once
  private record Use(double share, int busy, int resident) {}

  private Use use(int tile) {
    if (problem.isTensor()) return tile == 128 ? new Use(0.5, 2, 2) : new Use(0.3, 4, 5);
    return switch (tile) {
      case 128 -> new Use(0.6, 2, 2);
      case 64 -> new Use(0.55, 3, 5);
      default -> new Use(0.25, 5, 16);
    };
  }

  /// @param splits parts of the sum; of several, each is written and read once more
  double cycles(int tile, int splits) {
    var use = use(tile);
    long blocks = Math.ceilDiv(problem.tiles(tile) * splits, multiprocessors);
    double flops = 2.0 * tile * tile * Math.ceilDiv(problem.k(), splits);
    double rate = use.share * (problem.isTensor() ? TENSOR_FLOPS : F32_FLOPS);
    double hidden = Math.min(1, Math.min(blocks, use.resident) / (double) use.busy);
    double sums = blocks * flops / (rate * hidden);
    if (splits == 1) return sums;
    double bytes = 2.0 * Float.BYTES * splits * problem.outputs();
    return sums + LAUNCH + bytes / (BYTES * multiprocessors);
  }
}

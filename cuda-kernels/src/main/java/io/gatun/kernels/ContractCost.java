package io.gatun.kernels;

import io.gatun.kernels.ContractLaunches.Problem;

/// What a contraction is expected to take, in cycles of a multiprocessor, by the blocks of the one
/// that has the most: a block alone waits for memory some of its time, several hide it from each
/// other, and more than fit take turns.
///
/// The figures are fitted to what an H100 took (`bench/RESULTS.md`): those of the f32 kernels for
/// 14 problems in 11 ways each, of which the choice takes 1 % longer than the fastest on average,
/// 7 % at worst; those of the tensor cores for 24 problems with copied operands (1 % and 13 %) and
/// for 10 with gathered ones (1 % and 5 %), in up to 16 ways each.
///
/// @param multiprocessors of the GPU
record ContractCost(Problem problem, int multiprocessors) {
  /// Flops of a cycle of the f32 units.
  private static final double F32_FLOPS = 256;

  /// How a kernel uses a multiprocessor.
  ///
  /// @param flops of a cycle that many blocks reach
  /// @param block cycles that each block takes beside
  /// @param busy blocks that reach the flops
  /// @param resident blocks that fit at once
  private record Use(double flops, double block, int busy, int resident) {
    double cycles(long blocks, double flopsOfBlock) {
      double hidden = Math.min(1, Math.min(blocks, resident) / (double) busy);
      return blocks * (block + flopsOfBlock / (flops * hidden));
    }
  }

  private Use use(int tile) {
    if (problem.isTensor()) {
      return problem.isGathered() ? gathered(tile) : copied(tile);
    }
    return switch (tile) {
      case 128 -> new Use(0.6 * F32_FLOPS, 0, 2, 2);
      case 64 -> new Use(0.55 * F32_FLOPS, 0, 3, 5);
      default -> new Use(0.25 * F32_FLOPS, 0, 5, 16);
    };
  }

  /// Operands that come by asynchronous copies, which one block suffices to hide.
  private Use copied(int tile) {
    return tile == 128
        ? new Use(problem.isTf32() ? 855 : 2250, 3500, 1, 2)
        : new Use(problem.isTf32() ? 520 : 1210, 1140, 1, 4);
  }

  /// Operands that are read to registers first.
  private Use gathered(int tile) {
    return tile == 128
        ? new Use(problem.isTf32() ? 350 : 290, 3500, 2, 2)
        : new Use(problem.isTf32() ? 212 : 245, 1140, 4, 4);
  }

  /// @param splits parts of the sum; of several, each is written and read once more
  double cycles(int tile, int splits) {
    long blocks = Math.ceilDiv(problem.tiles(tile) * splits, multiprocessors);
    double flops = 2.0 * tile * tile * Math.ceilDiv(problem.k(), splits);
    double sums = use(tile).cycles(blocks, flops);
    return splits == 1 ? sums : sums + finish(splits);
  }

  /// The launch more that adds the parts, and their bytes at the multiprocessor's share of the
  /// second-level cache or, in the f32 kernels' larger products, of the memory.
  private double finish(int splits) {
    double bytes = 2.0 * Float.BYTES * splits * problem.outputs() / multiprocessors;
    return problem.isTensor() ? 5300 + bytes / 30 : 2500 + bytes / 10;
  }
}

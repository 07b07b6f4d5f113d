package io.gatun.ptx;

import java.util.List;

/// Looks on while a block runs; does nothing unless a subclass does. One thread of the host has
/// one.
class Watch {
  /// A block begins.
  void start(Block block) {}

  /// A step runs for the active lanes; its guard was asked for those of the mask.
  void instruction(Warp warp, Step step, int active, int mask) {}

  /// Of the lanes of a mask, these branch.
  void branch(int taken, int mask) {}

  /// Lanes are about to access what [MemoryStep#locate] found.
  void access(Warp warp, MemoryStep step, int mask, MemoryStep.Access access) {}

  /// Lanes have started asynchronous copies into shared memory.
  void copyStarted(Warp warp, AsyncCopyStep step, AddressRow target, int mask) {}

  /// An asynchronous copy is done, since a lane waited at a step.
  void copyDone(Warp warp, Step step, int lane, long host, int bytes) {}

  /// A warp has run to its end.
  void ended(Warp warp) {}

  /// All lanes of a warp have met.
  void warpSynchronized(Warp warp) {}

  /// Warps have met at a barrier.
  void blockSynchronized(List<Warp> warps) {}
}

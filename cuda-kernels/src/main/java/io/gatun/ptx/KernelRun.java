package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;

/// What one launch did. All counters are kept in [ExecutionMode#COUNTING]; in the other modes only
/// [Counter#WARP_INSTRUCTIONS] is.
public final class KernelRun {
  private final PtxKernel kernel;
  private final LaunchGeometry geometry;
  private final long[] counts;

  KernelRun(PtxKernel kernel, LaunchGeometry geometry, long[] counts) {
    this.kernel = kernel;
    this.geometry = geometry;
    this.counts = counts;
  }

  /// The kernel that ran.
  public PtxKernel kernel() {
    return kernel;
  }

  /// The grid it ran on.
  public LaunchGeometry geometry() {
    return geometry;
  }

  /// One counter, over all blocks.
  public long count(Counter counter) {
    return counts[counter.ordinal()];
  }
}

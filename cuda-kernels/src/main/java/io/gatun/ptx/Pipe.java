package io.gatun.ptx;

/// A part of a GPU that can be what a kernel waits for.
public enum Pipe {
  /// Four instructions a clock and multiprocessor.
  ISSUE,
  /// f32 and half-precision arithmetic on the ordinary lanes.
  FLOAT32,
  FLOAT64,
  /// Approximate transcendental functions.
  SPECIAL,
  TENSOR,
  /// Shared memory: one wavefront a clock.
  SHARED,
  /// Sectors between the multiprocessor and the L2 cache: 64 bytes a clock.
  L1,
  /// Device memory, at 92 % of its peak.
  DRAM
}

package io.gatun.ptx;

/// How closely a [VirtualGpu] looks while it runs a kernel.
public enum ExecutionMode {
  /// Bounds only: an access outside of every live allocation is a fault.
  FAST,
  /// Also alignment, reads of bytes and registers never written, shared-memory races, barriers
  /// under divergence and copies that were not waited for.
  CHECKED,
  /// Bounds, and every [Counter] of the launch.
  COUNTING
}

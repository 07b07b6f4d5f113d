package io.gatun.engine.profile;

import io.gatun.graph.plan.Cost;

/// What a machine can do at most: a step takes no less time than its arithmetic at the peak rate,
/// nor than its bytes at the memory's bandwidth (Williams, Waterman, Patterson: "Roofline", 2009).
///
/// Arrays that stay in a cache from step to step do not cross the memory's bus: such a step may
/// beat this roofline.
///
/// @param machine what it was measured on, as the processor names itself
/// @param threads that worked on it
/// @param gflops peak of multiply-adds of `f32`, in 10^9 operations a second
/// @param gigabytes bandwidth of memory, in 10^9 bytes a second
public record Roofline(String machine, int threads, double gflops, double gigabytes) {
  /// The better figures of two measurements of the same machine.
  public Roofline best(Roofline other) {
    return new Roofline(
        machine, threads, Math.max(gflops, other.gflops), Math.max(gigabytes, other.gigabytes));
  }

  /// The least time of this much work, in nanoseconds.
  public double nanos(Cost cost) {
    return Math.max(cost.flops() / gflops, cost.bytes() / gigabytes);
  }

  /// Whether arithmetic bounds this work, rather than memory.
  public boolean isComputeBound(Cost cost) {
    return cost.flops() / gflops > cost.bytes() / gigabytes;
  }
}

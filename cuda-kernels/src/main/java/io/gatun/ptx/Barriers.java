package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;

/// The 16 barriers of a block.
final class Barriers {
  private static final int COUNT = 16;

  /// A warp at a barrier.
  private record Arrival(Warp warp, BarrierStep step, int mask) {}

  /// Arrivals since a barrier was last complete.
  private static final class Barrier {
    final List<Arrival> arrivals = new ArrayList<>();

    /// Threads it waits for; 0 for all of the block.
    int expected;
  }

  private final Barrier[] barriers = new Barrier[COUNT];
  private final Warp[] warps;
  private final boolean checked;
  private final Watch watch;

  Barriers(Warp[] warps, boolean checked, Watch watch) {
    this.warps = warps;
    this.checked = checked;
    this.watch = watch;
    clear();
  }

  void clear() {
    for (var i = 0; i < COUNT; i++) {
      barriers[i] = new Barrier();
    }
  }

  /// A warp arrives; it waits unless the barrier is complete or it only arrives.
  void arrive(Warp warp, BarrierStep step, int mask) {
    if (mask != warp.alive) {
      throw warp.fault(
          GpuFault.Kind.DIVERGENT_BARRIER,
          "barrier reached by lanes 0x%08x of the living lanes 0x%08x of warp %d"
              .formatted(mask, warp.alive, warp.index),
          step,
          Integer.numberOfTrailingZeros(mask));
    }
    var barrier = barriers[step.barrier(warp) & COUNT - 1];
    var expected = step.threads(warp);
    if (!barrier.arrivals.isEmpty() && barrier.expected != expected) {
      throw warp.fault(
          GpuFault.Kind.DIVERGENT_BARRIER,
          "barrier for %d threads, where others wait for %d".formatted(expected, barrier.expected),
          step,
          Integer.numberOfTrailingZeros(mask));
    }
    barrier.expected = expected;
    barrier.arrivals.add(new Arrival(warp, step, mask));
    warp.waiting = step.waits();
    completeIfAll(barrier);
  }

  /// A warp has ended: nobody waits for it any more.
  void ended() {
    for (var barrier : barriers) {
      completeIfAll(barrier);
    }
  }

  private void completeIfAll(Barrier barrier) {
    if (barrier.arrivals.isEmpty()) {
      return;
    }
    if (barrier.expected > 0) {
      if (barrier.arrivals.size() * Lanes.WIDTH >= barrier.expected) {
        complete(barrier);
      }
      return;
    }
    var living = 0;
    for (var warp : warps) {
      living += warp.done ? 0 : 1;
    }
    if (barrier.arrivals.size() >= living) {
      requireOnePlace(barrier);
      complete(barrier);
    }
  }

  private void requireOnePlace(Barrier barrier) {
    var first = barrier.arrivals.getFirst();
    for (var arrival : barrier.arrivals) {
      if (checked && arrival.step != first.step) {
        throw arrival.warp.fault(
            GpuFault.Kind.DIVERGENT_BARRIER,
            "warp %d is at this barrier, warp %d at the one of PTX line %d"
                .formatted(arrival.warp.index, first.warp.index, first.step.line()),
            arrival.step,
            Integer.numberOfTrailingZeros(arrival.mask));
      }
    }
  }

  private void complete(Barrier barrier) {
    var votes = 0;
    var threads = 0;
    for (var arrival : barrier.arrivals) {
      votes += Integer.bitCount(arrival.step.votes(arrival.warp, arrival.mask));
      threads += Integer.bitCount(arrival.mask);
    }
    for (var arrival : barrier.arrivals) {
      arrival.step.deliver(arrival.warp, arrival.mask, votes, threads);
      if (arrival.step.waits()) {
        arrival.warp.waiting = false;
      }
    }
    watch.blockSynchronized(barrier.arrivals.stream().map(Arrival::warp).toList());
    barrier.arrivals.clear();
  }

  /// The fault of a block where every warp waits.
  GpuFault deadlock() {
    for (var barrier : barriers) {
      if (!barrier.arrivals.isEmpty()) {
        var first = barrier.arrivals.getFirst();
        return first.warp.fault(
            GpuFault.Kind.DEADLOCK,
            "%d warps wait at this barrier, which can never complete"
                .formatted(barrier.arrivals.size()),
            first.step,
            Integer.numberOfTrailingZeros(first.mask));
      }
    }
    throw new IllegalStateException("no warp can run and none waits");
  }
}

package io.gatun.ptx;

import java.util.List;

/// Keeps the [Counter]s of a launch.
final class CountingWatch extends Watch {
  private final long[] counts = new long[Counter.COUNT];
  private final AccessPattern pattern = new AccessPattern();
  private final TouchedSectors loaded = new TouchedSectors();
  private final TouchedSectors stored = new TouchedSectors();

  /// Adds what was counted, but for [Counter#WARP_INSTRUCTIONS], which warps count themselves.
  void addTo(long[] sums) {
    for (var i = 0; i < counts.length; i++) {
      sums[i] += counts[i];
    }
  }

  /// Sectors that were loaded, each once.
  TouchedSectors loaded() {
    return loaded;
  }

  /// Sectors that were stored to, each once.
  TouchedSectors stored() {
    return stored;
  }

  private void count(Counter counter, long by) {
    counts[counter.ordinal()] += by;
  }

  @Override
  void instruction(Warp warp, Step step, int active, int mask) {
    var lanes = Integer.bitCount(active);
    count(Counter.THREAD_INSTRUCTIONS, lanes);
    count(step.counter, 1);
    count(Counter.ISSUE_SLOTS, step.issueSlots);
    if (step.flops > 0) {
      count(step.flopCounter, (long) step.flops * lanes);
    }
  }

  @Override
  void branch(int taken, int mask) {
    count(Counter.BRANCHES, 1);
    if (taken != 0 && taken != mask) {
      count(Counter.DIVERGENT_BRANCHES, 1);
    }
  }

  @Override
  void blockSynchronized(List<Warp> warps) {
    count(Counter.BARRIERS, warps.size());
  }

  /// Lanes of a generic access may go to shared and to global memory; each part is a request.
  @Override
  void access(Warp warp, MemoryStep step, int mask, MemoryStep.Access access) {
    var block = warp.block;
    if (step.space == AddressSpace.PARAM) {
      return;
    }
    var lanes = step instanceof MatrixLoadStep matrix ? givers(matrix) : mask;
    var shared = 0;
    var local = 0;
    for (var q = lanes; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var allocation = warp.allocations[lane];
      if (allocation == block.shared) {
        shared |= 1 << lane;
      } else if (allocation == block.local || allocation == block.parameters) {
        local |= 1 << lane;
      }
    }
    if (shared != 0) {
      shared(warp, step, shared);
    }
    if (local != 0) {
      count(Counter.LOCAL_REQUESTS, 1);
    }
    var global = lanes & ~shared & ~local;
    if (global != 0) {
      global(warp, step, global, access);
    }
  }

  private static int givers(MatrixLoadStep step) {
    return step.matrices() == 4 ? -1 : (1 << 8 * step.matrices()) - 1;
  }

  private void shared(Warp warp, MemoryStep step, int lanes) {
    pattern.take(warp, lanes);
    shared(step.bytes, Integer.bitCount(lanes));
    if (step instanceof MatrixLoadStep) {
      count(Counter.LDMATRIX_REQUESTS, 1);
      count(Counter.LDMATRIX_WAVEFRONTS, pattern.wavefronts(step.bytes));
    }
  }

  private void shared(int bytes, int lanes) {
    count(Counter.SHARED_REQUESTS, 1);
    count(Counter.SHARED_WAVEFRONTS, pattern.wavefronts(bytes));
    count(Counter.SHARED_IDEAL_WAVEFRONTS, pattern.idealWavefronts(bytes));
    count(Counter.SHARED_BYTES, (long) bytes * lanes);
  }

  private void global(Warp warp, MemoryStep step, int lanes, MemoryStep.Access access) {
    for (var q = lanes; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var allocation = warp.allocations[lane];
      var offset = warp.hosts[lane] - allocation.host;
      if (access != MemoryStep.Access.WRITE) {
        loaded.add(allocation, offset, step.bytes);
      }
      if (access == MemoryStep.Access.WRITE || access == MemoryStep.Access.ATOMIC) {
        stored.add(allocation, offset, step.bytes);
      }
    }
    pattern.take(warp, lanes);
    var sectors = pattern.sectors(step.bytes);
    switch (access) {
      case READ -> {
        count(Counter.GLOBAL_LOAD_REQUESTS, 1);
        count(Counter.GLOBAL_LOAD_SECTORS, sectors);
        count(Counter.GLOBAL_LOAD_BYTES, pattern.distinctBytes(step.bytes));
      }
      case WRITE -> {
        count(Counter.GLOBAL_STORE_REQUESTS, 1);
        count(Counter.GLOBAL_STORE_SECTORS, sectors);
        count(Counter.GLOBAL_STORE_BYTES, pattern.distinctBytes(step.bytes));
      }
      case ATOMIC -> {
        count(Counter.GLOBAL_ATOMIC_REQUESTS, 1);
        count(Counter.GLOBAL_ATOMIC_SECTORS, sectors);
        count(Counter.GLOBAL_ATOMIC_BYTES, (long) step.bytes * Integer.bitCount(lanes));
      }
      case ASYNC_READ -> {
        count(Counter.ASYNC_COPY_REQUESTS, 1);
        count(Counter.ASYNC_COPY_SECTORS, sectors);
        count(Counter.ASYNC_COPY_BYTES, pattern.distinctBytes(step.bytes));
      }
    }
  }

  @Override
  void copyStarted(Warp warp, AsyncCopyStep step, AddressRow target, int mask) {
    pattern.take(warp, target, mask);
    shared(step.bytes, Integer.bitCount(mask));
  }
}

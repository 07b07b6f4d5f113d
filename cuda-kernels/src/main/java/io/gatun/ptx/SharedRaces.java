package io.gatun.ptx;

import java.util.Arrays;
import java.util.List;

/// Finds races on shared memory by happens-before: two threads touch a byte, one writes, and no
/// barrier lies between. Threads of one warp are ordered by `bar.warp.sync` and by barriers of the
/// block only; that they run in lock step here is nothing a program may rely on.
///
/// Every warp has a clock that each of its barriers advances, and knows the clocks of the others as
/// of the last barrier they shared (vector clocks; Flanagan and Freund, "FastTrack", 2009). Of each
/// byte the last write and two reads of different threads are kept: two are enough for one of them
/// to be another thread's than the next writer's.
final class SharedRaces {
  /// What an access does.
  enum Kind {
    READ,
    WRITE,
    /// Atomic or volatile: never races with its like.
    ATOMIC
  }

  private final int[] clocks;
  private final int[][] known;
  private final Access[] writes;
  private final Access[] reads;
  private final Access[] otherReads;

  /// An access that was: who and when.
  private record Access(int thread, int clock, Kind kind, int line) {}

  /// @param bytes of shared memory
  SharedRaces(int bytes, int warps) {
    clocks = new int[warps];
    Arrays.fill(clocks, 1);
    known = new int[warps][warps];
    writes = new Access[bytes];
    reads = new Access[bytes];
    otherReads = new Access[bytes];
  }

  void warpSynchronized(int warp) {
    clocks[warp]++;
  }

  void blockSynchronized(List<Warp> warps) {
    for (var warp : warps) {
      for (var other : warps) {
        for (var i = 0; i < clocks.length; i++) {
          known[warp.index][i] = Math.max(known[warp.index][i], known[other.index][i]);
        }
        known[warp.index][other.index] =
            Math.max(known[warp.index][other.index], clocks[other.index]);
      }
    }
    for (var warp : warps) {
      clocks[warp.index]++;
    }
  }

  void access(Warp warp, Step step, int lane, int offset, int bytes, Kind kind) {
    var now = new Access(warp.thread(lane), clocks[warp.index], kind, step.line());
    for (var i = offset; i < offset + bytes; i++) {
      conflict(warp, step, lane, i, writes[i], now);
      if (kind == Kind.READ) {
        remember(warp, i, now);
      } else {
        conflict(warp, step, lane, i, reads[i], now);
        conflict(warp, step, lane, i, otherReads[i], now);
        writes[i] = now;
      }
    }
  }

  private void remember(Warp warp, int at, Access now) {
    var first = reads[at];
    if (first == null || first.thread == now.thread || ordered(warp, first)) {
      reads[at] = now;
    } else {
      otherReads[at] = now;
    }
  }

  private boolean ordered(Warp warp, Access before) {
    var other = before.thread / Lanes.WIDTH;
    return other == warp.index
        ? before.clock < clocks[other]
        : before.clock <= known[warp.index][other];
  }

  private void conflict(Warp warp, Step step, int lane, int at, Access before, Access now) {
    if (before == null
        || before.thread == now.thread
        || before.kind == Kind.ATOMIC && now.kind == Kind.ATOMIC
        || ordered(warp, before)
        || before.kind == Kind.WRITE && now.kind == Kind.WRITE && same(warp, step, lane, before)) {
      return;
    }
    throw new GpuFault(
        GpuFault.Kind.SHARED_RACE,
        "%s after %s by thread %s (PTX line %d) without a barrier between"
            .formatted(
                name(now.kind),
                name(before.kind),
                warp.block.threadPosition(before.thread),
                before.line),
        warp.place(step, lane).in(warp.block.shared.name, at));
  }

  /// Whether a write changes nothing that the other wrote, which is harmless.
  private static boolean same(Warp warp, Step step, int lane, Access before) {
    if (!(step instanceof StoreStep store)) {
      return false;
    }
    var sameStore = before.line == step.line() && before.thread / Lanes.WIDTH == warp.index;
    return sameStore && store.writesSame(warp, lane, before.thread % Lanes.WIDTH)
        || store.writesWhatIsThere(warp, lane);
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case READ -> "read";
      case WRITE -> "write";
      case ATOMIC -> "atomic access";
    };
  }
}

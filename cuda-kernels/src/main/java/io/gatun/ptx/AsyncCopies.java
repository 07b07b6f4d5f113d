package io.gatun.ptx;

import java.util.Arrays;

/// The `cp.async` copies that the lanes of a warp have started and that are not done. They are done
/// as late as is legal, when the lane waits, so that a missing wait shows.
final class AsyncCopies {
  private long[] from = new long[64];
  private long[] to = new long[64];
  private int[] copied = new int[64];
  private int[] bytes = new int[64];
  private int[] lane = new int[64];
  private int[] group = new int[64];
  private Step[] step = new Step[64];
  private int count;

  /// Groups that each lane has closed.
  private final int[] closed = new int[Lanes.WIDTH];

  void clear() {
    count = 0;
    Arrays.fill(closed, 0);
  }

  /// A step starts a copy of `copied` bytes that fills the rest of `bytes` with zeros.
  void add(Step by, int ofLane, long source, long target, int copiedBytes, int allBytes) {
    if (count == from.length) {
      var size = 2 * count;
      from = Arrays.copyOf(from, size);
      to = Arrays.copyOf(to, size);
      copied = Arrays.copyOf(copied, size);
      bytes = Arrays.copyOf(bytes, size);
      lane = Arrays.copyOf(lane, size);
      group = Arrays.copyOf(group, size);
      step = Arrays.copyOf(step, size);
    }
    from[count] = source;
    to[count] = target;
    copied[count] = copiedBytes;
    bytes[count] = allBytes;
    lane[count] = ofLane;
    group[count] = closed[ofLane];
    step[count] = by;
    count++;
  }

  /// `cp.async.commit_group`.
  void close(int mask) {
    for (var q = mask; q != 0; q &= q - 1) {
      closed[Integer.numberOfTrailingZeros(q)]++;
    }
  }

  /// `cp.async.wait_group`: all but the last `pending` groups of each lane are done behind it.
  void await(Warp warp, Step step, int mask, int pending) {
    finish(warp, step, mask, pending);
  }

  /// `cp.async.wait_all`: groups that are not closed are waited for too.
  void awaitAll(Warp warp, Step step, int mask) {
    finish(warp, step, mask, -1);
  }

  /// Faults where a copy is under way though its warp has ended.
  void requireNone(Warp warp) {
    if (count > 0) {
      var shared = warp.block.shared;
      throw new GpuFault(
          GpuFault.Kind.ASYNC_COPY,
          "the thread ends while this cp.async is under way: cp.async.wait_all is missing behind",
          warp.place(step[0], lane[0]).in(shared.name, to[0] - shared.host));
    }
  }

  private void finish(Warp warp, Step waiting, int mask, int pending) {
    var kept = 0;
    for (var i = 0; i < count; i++) {
      if ((mask >>> lane[i] & 1) != 0 && group[i] < closed[lane[i]] - pending) {
        if (copied[i] == 16) {
          NativeMemory.set(to[i], NativeMemory.longAt(from[i]));
          NativeMemory.set(to[i] + 8, NativeMemory.longAt(from[i] + 8));
        } else {
          NativeMemory.copy(from[i], to[i], copied[i]);
          NativeMemory.fill(to[i] + copied[i], bytes[i] - copied[i], (byte) 0);
        }
        if (warp.block.watched) {
          warp.block.watch.copyDone(warp, waiting, lane[i], to[i], bytes[i]);
        }
      } else {
        from[kept] = from[i];
        to[kept] = to[i];
        copied[kept] = copied[i];
        bytes[kept] = bytes[i];
        lane[kept] = lane[i];
        group[kept] = group[i];
        step[kept] = step[i];
        kept++;
      }
    }
    count = kept;
  }
}

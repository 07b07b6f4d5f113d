package io.gatun.ptx;

import java.util.Arrays;

/// State of one warp: rows of 32 lanes for its registers, which lanes run, and the stack of paths
/// that diverged lanes still have to take.
final class Warp {
  /// Row that results go to before they are merged under a mask.
  static final int SCRATCH = 0;

  static final int FLUSHED_A = 1;
  static final int FLUSHED_B = 2;
  static final int FLUSHED_C = 3;

  /// Rows with a fixed purpose at the start of the register files.
  static final int RESERVED_ROWS = 4;

  final Block block;
  final int index;
  final int[][] ints;
  final long[][] longs;
  final float[][] floats;

  /// A predicate is a mask: bit `l` is lane `l`'s.
  final int[] predicates;

  /// Carry bits of the lanes.
  int carry;

  /// Host address of what each lane accesses; set by [MemoryStep#locate].
  final long[] hosts = new long[Lanes.WIDTH];

  /// Allocation of what each lane accesses; only kept where the block is watched.
  final Allocation[] allocations = new Allocation[Lanes.WIDTH];

  /// Room for a row, for operations between lanes.
  final int[] spare = new int[Lanes.WIDTH];

  final AsyncCopies copies = new AsyncCopies();

  /// Lanes that have not ended.
  int alive;

  boolean done;

  /// Whether it waits at a barrier.
  boolean waiting;

  /// Instructions started in this block.
  long instructions;

  /// What it runs next, where its lanes meet again and which lanes they are, path by path; the top
  /// is at [#depth].
  int depth;

  int[] next = new int[64];
  int[] meeting = new int[64];
  int[] masks = new int[64];

  Warp(Block block, int index, Program program) {
    this.block = block;
    this.index = index;
    this.ints = new int[program.intRows()][Lanes.WIDTH];
    this.longs = new long[program.longRows()][Lanes.WIDTH];
    this.floats = new float[program.floatRows()][Lanes.WIDTH];
    this.predicates = new int[program.predicates()];
  }

  /// Begins a block with these lanes.
  void start(int lanes) {
    alive = lanes;
    done = false;
    waiting = false;
    depth = 0;
    next[0] = 0;
    meeting[0] = -1;
    masks[0] = lanes;
    copies.clear();
    instructions = 0;
  }

  /// Adds a path on top of the stack.
  void push(int at, int meet, int mask) {
    depth++;
    if (depth == next.length) {
      next = Arrays.copyOf(next, 2 * depth);
      meeting = Arrays.copyOf(meeting, 2 * depth);
      masks = Arrays.copyOf(masks, 2 * depth);
    }
    next[depth] = at;
    meeting[depth] = meet;
    masks[depth] = mask;
  }

  /// Copies the masked lanes of the scratch row.
  void mergeInts(int row, int mask) {
    int[] from = ints[SCRATCH], to = ints[row];
    for (var q = mask; q != 0; q &= q - 1) {
      var l = Integer.numberOfTrailingZeros(q);
      to[l] = from[l];
    }
  }

  /// Copies the masked lanes of the scratch row.
  void mergeLongs(int row, int mask) {
    long[] from = longs[SCRATCH], to = longs[row];
    for (var q = mask; q != 0; q &= q - 1) {
      var l = Integer.numberOfTrailingZeros(q);
      to[l] = from[l];
    }
  }

  /// Copies the masked lanes of the scratch row.
  void mergeFloats(int row, int mask) {
    float[] from = floats[SCRATCH], to = floats[row];
    for (var q = mask; q != 0; q &= q - 1) {
      var l = Integer.numberOfTrailingZeros(q);
      to[l] = from[l];
    }
  }

  void setPredicate(int index, int mask, int bits) {
    predicates[index] = predicates[index] & ~mask | bits & mask;
  }

  int thread(int lane) {
    return index * Lanes.WIDTH + lane;
  }

  /// A fault of a lane at a step.
  GpuFault fault(GpuFault.Kind kind, String message, Step step, int lane) {
    return new GpuFault(kind, message, place(step, lane));
  }

  /// Where a lane is at a step.
  GpuFault.Place place(Step step, int lane) {
    return new GpuFault.Place(
        block.program.name(),
        block.position(),
        block.threadPosition(thread(lane)),
        step.line(),
        step.instruction.source(),
        "",
        -1);
  }
}

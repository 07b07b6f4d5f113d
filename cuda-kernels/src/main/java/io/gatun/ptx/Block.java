package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/// One block at a time: its warps, shared and local memory, and barriers. A thread of the host
/// makes one for a launch and runs blocks on it one after another.
final class Block implements AutoCloseable {
  private static final byte GARBAGE = (byte) 0xcd;

  /// A warp that runs so many instructions in one block seems to spin; kernels are checked on small
  /// shapes, so that it shows in seconds.
  private static final long MOST_INSTRUCTIONS = 1L << 31;

  private static final long MOST_CHECKED_INSTRUCTIONS = 1L << 22;

  final Program program;
  final LaunchGeometry geometry;
  final DeviceMemory device;
  final Watch watch;

  /// Whether the watch shall be told anything.
  final boolean watched;

  /// Instructions that a warp may run.
  final long mostInstructions;

  final Allocation shared;
  final Allocation local;
  final Allocation parameters;

  /// The allocation that each memory step touched last.
  final Allocation[] recent;

  /// Room for the operands of a matrix multiplication.
  final float[] left = new float[16 * 16];

  final float[] right = new float[16 * 8];
  final float[] sums = new float[16 * 8];

  private final Warp[] warps;
  private final Barriers barriers;
  private final boolean permutes;
  private int x;
  private int y;
  private int z;

  /// @param parameters the arguments
  /// @param addresses device addresses of the module's variables
  /// @param mode whether garbage is put into shared and local memory, and warps run in a random
  /// order
  Block(
      Program program,
      LaunchGeometry geometry,
      DeviceMemory device,
      Allocation parameters,
      Map<PtxVariable, Long> addresses,
      Watch watch,
      ExecutionMode mode) {
    this.program = program;
    this.geometry = geometry;
    this.device = device;
    this.parameters = parameters;
    this.watch = watch;
    this.watched = mode != ExecutionMode.FAST;
    this.mostInstructions =
        mode == ExecutionMode.CHECKED ? MOST_CHECKED_INSTRUCTIONS : MOST_INSTRUCTIONS;
    this.permutes = mode == ExecutionMode.CHECKED;
    var checked = mode == ExecutionMode.CHECKED;
    var threads = geometry.threadsPerBlock();
    var bytes = program.sharedBytes(geometry.sharedBytes());
    this.shared =
        new Allocation(
            "shared memory",
            AddressSpace.SHARED_START,
            bytes,
            NativeMemory.allocate(bytes + 16),
            checked ? NativeMemory.allocate(bytes) : 0,
            false);
    this.recent = new Allocation[program.slots()];
    Arrays.fill(recent, Allocation.NONE);
    this.warps = new Warp[(threads + Lanes.WIDTH - 1) / Lanes.WIDTH];
    this.local =
        new Allocation(
            "local memory",
            AddressSpace.LOCAL_START,
            program.localBytes(),
            NativeMemory.allocate(localBytes()),
            checked ? NativeMemory.allocate(localBytes()) : 0,
            false);
    for (var i = 0; i < warps.length; i++) {
      warps[i] = new Warp(this, i, program);
      fill(warps[i], addresses);
    }
    this.barriers = new Barriers(warps, checked, watch);
  }

  private void fill(Warp warp, Map<PtxVariable, Long> addresses) {
    for (var constant : program.intConstants()) {
      Arrays.fill(warp.ints[constant.row()], constant.value());
    }
    for (var constant : program.floatConstants()) {
      Arrays.fill(warp.floats[constant.row()], Float.intBitsToFloat(constant.value()));
    }
    for (var constant : program.longConstants()) {
      Arrays.fill(warp.longs[constant.row()], constant.value());
    }
    for (var constant : program.predicateConstants()) {
      warp.predicates[constant.index()] = constant.value() ? -1 : 0;
    }
    for (var symbol : program.symbols()) {
      Arrays.fill(warp.longs[symbol.row()], addresses.get(symbol.variable()) + symbol.offset());
    }
    for (var special : program.specials()) {
      fill(warp, special);
    }
  }

  private void fill(Warp warp, Program.SpecialRow special) {
    for (var lane = 0; lane < Lanes.WIDTH; lane++) {
      warp.ints[special.row()][lane] = special.register().value(this, warp.index, lane);
    }
  }

  /// Of all threads.
  private long localBytes() {
    return (long) program.localBytes() * warps.length * Lanes.WIDTH;
  }

  int x() {
    return x;
  }

  int y() {
    return y;
  }

  int z() {
    return z;
  }

  Barriers barriers() {
    return barriers;
  }

  /// The block's index, for messages.
  String position() {
    return "(%d,%d,%d)".formatted(x, y, z);
  }

  /// A thread's index, for messages.
  String threadPosition(int thread) {
    return "(%d,%d,%d)"
        .formatted(
            thread % geometry.blockX(),
            thread / geometry.blockX() % geometry.blockY(),
            thread / geometry.blockX() / geometry.blockY());
  }

  /// Runs the block of this number and returns the instructions that its warps started.
  long run(long number, long seed) {
    x = (int) (number % geometry.gridX());
    y = (int) (number / geometry.gridX() % geometry.gridY());
    z = (int) (number / geometry.gridX() / geometry.gridY());
    start();
    var order = new int[warps.length];
    for (var i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (permutes) {
      Permutations.shuffle(order, new Random(seed ^ number * 0x9e3779b97f4a7c15L));
    }
    var instructions = 0L;
    for (var left = warps.length; left > 0; ) {
      var ran = false;
      for (var i : order) {
        var warp = warps[i];
        if (!warp.done && !warp.waiting) {
          WarpRunner.run(warp);
          ran = true;
          if (warp.done) {
            left--;
            instructions += warp.instructions;
            barriers.ended();
          }
        }
      }
      if (!ran) {
        throw barriers.deadlock();
      }
    }
    return instructions;
  }

  private void start() {
    if (shared.shadow != 0) {
      NativeMemory.fill(shared.shadow, shared.size, (byte) 0);
      NativeMemory.fill(shared.host, shared.size, GARBAGE);
      NativeMemory.fill(local.shadow, localBytes(), (byte) 0);
      NativeMemory.fill(local.host, localBytes(), GARBAGE);
    }
    var threads = geometry.threadsPerBlock();
    for (var warp : warps) {
      var lanes = Math.min(Lanes.WIDTH, threads - warp.index * Lanes.WIDTH);
      warp.start(lanes == Lanes.WIDTH ? -1 : (1 << lanes) - 1);
      for (var special : program.specials()) {
        if (special.register().ofBlock()) {
          fill(warp, special);
        }
      }
    }
    barriers.clear();
    watch.start(this);
  }

  int warps() {
    return warps.length;
  }

  @Override
  public void close() {
    NativeMemory.free(shared.host);
    NativeMemory.free(local.host);
    if (shared.shadow != 0) {
      NativeMemory.free(shared.shadow);
      NativeMemory.free(local.shadow);
    }
  }
}

package io.gatun.ptx;

import java.util.List;

/// The checks of [ExecutionMode#CHECKED]: registers and bytes never written, alignment, copies
/// under way, and shared-memory races.
final class CheckingWatch extends Watch {
  /// States of a byte in a shadow: 0 was never written.
  private static final byte WRITTEN = 1;

  private static final byte IN_FLIGHT = 2;

  private SharedRaces races = new SharedRaces(0, 0);
  private WrittenRegisters registers = new WrittenRegisters(0, 0);

  @Override
  void start(Block block) {
    races = new SharedRaces((int) block.shared.size, block.warps());
    registers = new WrittenRegisters(block.warps(), block.program.registers());
  }

  @Override
  void instruction(Warp warp, Step step, int active, int mask) {
    registers.use(warp, step, active, mask);
  }

  @Override
  void ended(Warp warp) {
    warp.copies.requireNone(warp);
  }

  @Override
  void access(Warp warp, MemoryStep step, int mask, MemoryStep.Access access) {
    var lanes =
        step instanceof MatrixLoadStep matrix && matrix.matrices() < 4
            ? (1 << 8 * matrix.matrices()) - 1
            : mask;
    if (step.space == AddressSpace.PARAM) {
      return;
    }
    step.requireAligned(warp, lanes, alignment(step));
    for (var q = lanes; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var allocation = warp.allocations[lane];
      if (allocation.shadow != 0) {
        check(warp, step, lane, allocation, access);
      }
    }
    if (step.space != AddressSpace.GLOBAL) {
      checkRaces(warp, step, lanes, access);
    }
  }

  /// The largest power of two that divides the size.
  private static int alignment(MemoryStep step) {
    return Integer.lowestOneBit(step.bytes);
  }

  private void check(
      Warp warp, MemoryStep step, int lane, Allocation allocation, MemoryStep.Access access) {
    var offset = warp.hosts[lane] - allocation.host;
    var shadow = allocation.shadow + offset;
    for (var i = 0; i < step.bytes; i++) {
      var state = NativeMemory.byteAt(shadow + i);
      if (state == IN_FLIGHT) {
        throw new GpuFault(
            GpuFault.Kind.ASYNC_COPY,
            "%s of bytes that a cp.async still fills: cp.async.wait_group is missing before"
                .formatted(MemoryStep.verb(access)),
            warp.place(step, lane).in(allocation.name, offset + i));
      }
      if (state == 0 && access != MemoryStep.Access.WRITE) {
        throw new GpuFault(
            GpuFault.Kind.UNINITIALISED,
            "%s of %d bytes of which byte %d was never written"
                .formatted(MemoryStep.verb(access), step.bytes, i),
            // Local memory is one such range for each thread.
            warp.place(step, lane).in(allocation.name, offset % allocation.size + i));
      }
    }
    if (access == MemoryStep.Access.WRITE) {
      NativeMemory.fill(shadow, step.bytes, WRITTEN);
    }
  }

  private void checkRaces(Warp warp, MemoryStep step, int lanes, MemoryStep.Access access) {
    var shared = warp.block.shared;
    var kind =
        access == MemoryStep.Access.ATOMIC || step.isVolatile()
            ? SharedRaces.Kind.ATOMIC
            : access == MemoryStep.Access.WRITE ? SharedRaces.Kind.WRITE : SharedRaces.Kind.READ;
    for (var q = lanes; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      if (warp.allocations[lane] == shared) {
        var offset = (int) (warp.hosts[lane] - shared.host);
        races.access(warp, step, lane, offset, step.bytes, kind);
      }
    }
  }

  @Override
  void copyStarted(Warp warp, AsyncCopyStep step, AddressRow target, int mask) {
    var shared = warp.block.shared;
    for (var q = mask; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var offset = (int) (target.of(warp, lane) - shared.base);
      for (var i = 0; i < step.bytes; i++) {
        if (NativeMemory.byteAt(shared.shadow + offset + i) == IN_FLIGHT) {
          throw new GpuFault(
              GpuFault.Kind.ASYNC_COPY,
              "cp.async into bytes that another cp.async still fills",
              warp.place(step, lane).in(shared.name, offset + i));
        }
      }
      NativeMemory.fill(shared.shadow + offset, step.bytes, IN_FLIGHT);
      races.access(warp, step, lane, offset, step.bytes, SharedRaces.Kind.WRITE);
    }
  }

  @Override
  void copyDone(Warp warp, Step step, int lane, long host, int bytes) {
    var shared = warp.block.shared;
    var offset = (int) (host - shared.host);
    NativeMemory.fill(shared.shadow + offset, bytes, WRITTEN);
    races.access(warp, step, lane, offset, bytes, SharedRaces.Kind.WRITE);
  }

  @Override
  void warpSynchronized(Warp warp) {
    races.warpSynchronized(warp.index);
  }

  @Override
  void blockSynchronized(List<Warp> warps) {
    races.blockSynchronized(warps);
  }
}

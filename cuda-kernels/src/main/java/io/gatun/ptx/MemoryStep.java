package io.gatun.ptx;

import java.util.Arrays;
import java.util.Optional;

/// A step that touches memory: finds, for each lane, the allocation and the address of the host.
abstract class MemoryStep extends Step {
  /// What an access does to memory.
  enum Access {
    READ,
    WRITE,
    ATOMIC,
    /// Read by an asynchronous copy.
    ASYNC_READ
  }

  final AddressSpace space;
  final AddressRow address;

  /// Bytes that a lane touches.
  final int bytes;

  /// Place of this step in [Block#recent].
  final int slot;

  MemoryStep(
      PtxInstruction instruction, AddressSpace space, AddressRow address, int bytes, int slot) {
    super(instruction);
    this.space = space;
    this.address = address;
    this.bytes = bytes;
    this.slot = slot;
    this.counter = Counter.MEMORY_INSTRUCTIONS;
  }

  /// Whether other threads are meant to see this access without a barrier.
  boolean isVolatile() {
    return instruction.has("volatile")
        || instruction.has("relaxed")
        || instruction.has("acquire")
        || instruction.has("release")
        || instruction.has("mmio");
  }

  /// Fills [Warp#hosts], and [Warp#allocations] where the block is watched, and tells the watch.
  final void locate(Warp warp, int mask, Access access) {
    var block = warp.block;
    var allocation =
        switch (space) {
          case SHARED -> block.shared;
          case PARAM -> block.parameters;
          case GENERIC, GLOBAL, LOCAL -> block.recent[slot];
        };
    if (space == AddressSpace.LOCAL || mask != -1 || !locateAll(warp, allocation)) {
      for (var q = mask; q != 0; q &= q - 1) {
        locateLane(warp, Integer.numberOfTrailingZeros(q), access);
      }
    }
    if (block.watched) {
      block.watch.access(warp, this, mask, access);
    }
  }

  /// All lanes in one allocation: no branch for a lane. `bad` is negative where an offset, or what
  /// is left behind it, is.
  private boolean locateAll(Warp warp, Allocation allocation) {
    var hosts = warp.hosts;
    var delta = address.offset() - allocation.base;
    var limit = allocation.size - bytes;
    var bad = 0L;
    if (address.row() < 0) {
      bad = delta | limit - delta;
      for (var l = 0; l < Lanes.WIDTH; l++) {
        hosts[l] = allocation.host + delta;
      }
    } else if (address.wide()) {
      var base = warp.longs[address.row()];
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var offset = base[l] + delta;
        bad |= offset | limit - offset;
        hosts[l] = allocation.host + offset;
      }
    } else {
      var base = warp.ints[address.row()];
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var offset = (base[l] & 0xffffffffL) + delta;
        bad |= offset | limit - offset;
        hosts[l] = allocation.host + offset;
      }
    }
    if (bad < 0 || !allocation.live()) {
      return false;
    }
    if (warp.block.watched) {
      Arrays.fill(warp.allocations, allocation);
    }
    return true;
  }

  private void locateLane(Warp warp, int lane, Access access) {
    var block = warp.block;
    var at = address.of(warp, lane);
    var allocation =
        switch (space) {
          case SHARED -> block.shared;
          case PARAM -> block.parameters;
          case LOCAL -> block.local;
          case GLOBAL -> global(warp, at, lane, access);
          case GENERIC -> {
            var window = window(block, at);
            yield window == Allocation.NONE ? global(warp, at, lane, access) : window;
          }
        };
    if (space == AddressSpace.GENERIC && window(block, at) != Allocation.NONE) {
      at &= AddressSpace.WINDOW - 1;
    }
    if (!allocation.holds(at, bytes)) {
      throw outside(warp, allocation, at, lane, access);
    }
    var host = allocation.host + (at - allocation.base);
    warp.hosts[lane] =
        allocation == block.local ? host + (long) warp.thread(lane) * block.local.size : host;
    if (block.watched) {
      warp.allocations[lane] = allocation;
    }
  }

  /// Memory of the block that a generic address points into; NONE for global memory.
  private static Allocation window(Block block, long at) {
    var window = at & -AddressSpace.WINDOW;
    return window == AddressSpace.SHARED_WINDOW
        ? block.shared
        : window == AddressSpace.LOCAL_WINDOW
            ? block.local
            : window == AddressSpace.PARAM_WINDOW ? block.parameters : Allocation.NONE;
  }

  private Allocation global(Warp warp, long at, int lane, Access access) {
    var recent = warp.block.recent[slot];
    if (recent.holds(at, bytes) && recent.live()) {
      return recent;
    }
    var memory = warp.block.device;
    var found =
        memory
            .find(at, bytes)
            .orElseThrow(() -> memory.fault(at, bytes, verb(access), warp.place(this, lane)));
    warp.block.recent[slot] = found;
    return found;
  }

  private GpuFault outside(Warp warp, Allocation allocation, long at, int lane, Access access) {
    return new GpuFault(
        GpuFault.Kind.OUT_OF_BOUNDS,
        "%s of %d bytes at %d: outside of %s (%d bytes)"
            .formatted(verb(access), bytes, at - allocation.base, allocation.name, allocation.size),
        warp.place(this, lane).in(allocation.name, at - allocation.base));
  }

  static String verb(Access access) {
    return switch (access) {
      case READ -> "read";
      case WRITE -> "write";
      case ATOMIC -> "atomic access";
      case ASYNC_READ -> "asynchronous read";
    };
  }

  /// Faults where an address is no multiple of `size`.
  final void requireAligned(Warp warp, int mask, int size) {
    for (var q = mask; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var at = address.of(warp, lane);
      if ((at & size - 1) != 0) {
        throw new GpuFault(
            GpuFault.Kind.MISALIGNED,
            "access of %d bytes at 0x%x, which is no multiple of it".formatted(size, at),
            placeOf(warp, lane, at));
      }
    }
  }

  /// Where a lane is, with what lies at an address, if anything does.
  private GpuFault.Place placeOf(Warp warp, int lane, long at) {
    var block = warp.block;
    var place = warp.place(this, lane);
    var window = space == AddressSpace.GENERIC ? window(block, at) : Allocation.NONE;
    if (window != Allocation.NONE) {
      return place.in(window.name, (at & AddressSpace.WINDOW - 1) - window.base);
    }
    var found =
        switch (space) {
          case SHARED -> Optional.of(block.shared);
          case LOCAL -> Optional.of(block.local);
          case PARAM -> Optional.of(block.parameters);
          case GLOBAL, GENERIC -> block.device.find(at, 1);
        };
    return found.map(memory -> place.in(memory.name, at - memory.base)).orElse(place);
  }
}

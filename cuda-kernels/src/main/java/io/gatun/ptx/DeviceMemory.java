package io.gatun.ptx;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Memory of a [VirtualGpu]: allocations at device addresses that are never used twice, so that a
/// stale address is always seen as one. Unused addresses lie between any two allocations.
///
/// Accesses of the host throw [GpuFault] (out of bounds, freed) like those of kernels. Safe for use
/// by several threads as far as these do not write the same bytes.
public final class DeviceMemory implements AutoCloseable {
  /// Device addresses below are never given out: an access there is one through a null pointer.
  static final long NULL_END = 1 << 20;

  private static final long FIRST = 0x7f00_0000_0000L;

  /// Addresses of one address space; the next one's lie behind them, so that an address of another
  /// context is seen as one.
  private static final long SPACE = 1L << 48;

  private static final long ALIGNMENT = 512;
  private static final long GAP = 1 << 16;

  private final ConcurrentSkipListMap<Long, Allocation> allocations = new ConcurrentSkipListMap<>();
  private final long capacity;
  private final boolean followsWrites;
  private long next;
  private long used;

  /// Empty memory.
  ///
  /// @param capacity bytes that can be allocated
  /// @param followsWrites whether reads of bytes that were never written shall be found
  DeviceMemory(long capacity, boolean followsWrites) {
    this(capacity, followsWrites, 0);
  }

  /// @param space number of the address space, from 0
  DeviceMemory(long capacity, boolean followsWrites, int space) {
    this.next = FIRST + space * SPACE;
    this.capacity = capacity;
    this.followsWrites = followsWrites;
  }

  /// Device memory, aligned to 512 bytes.
  ///
  /// @param name says in a fault which allocation it was
  /// @throws OutOfDeviceMemoryException where less is left; nothing changes then
  public synchronized long allocate(long bytes, String name) {
    if (bytes < 1) {
      throw new IllegalArgumentException("an allocation of " + bytes + " bytes");
    }
    if (bytes > capacity - used) {
      throw new OutOfDeviceMemoryException(bytes, capacity - used, capacity);
    }
    used += bytes;
    return add(name, bytes, NativeMemory.allocate(bytes), false);
  }

  /// Makes memory of the host readable and writable by kernels, without a copy; all its bytes count
  /// as written. The segment must be native and stay alive until [#unmap].
  public synchronized long map(MemorySegment segment, String name) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "only native memory can be mapped; allocate the segment in an Arena");
    }
    var address = add(name, segment.byteSize(), segment.address(), true);
    markWritten(require(address, segment.byteSize(), "map"), address, segment.byteSize());
    return address;
  }

  private long add(String name, long bytes, long host, boolean mapped) {
    var base = next;
    next += (bytes + GAP + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    var shadow = followsWrites ? NativeMemory.allocate(bytes) : 0;
    allocations.put(base, new Allocation(name, base, bytes, host, shadow, mapped));
    return base;
  }

  /// Frees an allocation.
  ///
  /// @throws GpuFault where nothing, or nothing any more, is allocated at this address
  public void free(long address) {
    release(address, false);
  }

  /// Ends a mapping of host memory.
  ///
  /// @throws GpuFault where nothing is mapped at this address
  public void unmap(long address) {
    release(address, true);
  }

  private synchronized void release(long address, boolean mapped) {
    var allocation = allocations.get(address);
    if (allocation == null || !allocation.live() || allocation.mapped != mapped) {
      throw fault(address, 1, mapped ? "unmap" : "free");
    }
    allocation.kill();
    if (!mapped) {
      used -= allocation.size;
      NativeMemory.free(allocation.host);
    }
    if (allocation.shadow != 0) {
      NativeMemory.free(allocation.shadow);
    }
  }

  /// Copies host memory into device memory.
  public void write(long address, MemorySegment source) {
    var bytes = source.byteSize();
    var allocation = require(address, bytes, "copy to the device");
    MemorySegment.copy(source, 0, NativeMemory.ALL, host(allocation, address), bytes);
    markWritten(allocation, address, bytes);
  }

  /// Copies device memory into host memory.
  public void read(long address, MemorySegment target) {
    var bytes = target.byteSize();
    var allocation = require(address, bytes, "copy to the host");
    MemorySegment.copy(NativeMemory.ALL, host(allocation, address), target, 0, bytes);
  }

  /// Copies within device memory; bytes that were never written stay so.
  public void copy(long target, long source, long bytes) {
    var from = require(source, bytes, "copy on the device");
    var to = require(target, bytes, "copy on the device");
    NativeMemory.copy(host(from, source), host(to, target), bytes);
    if (to.shadow != 0) {
      NativeMemory.copy(from.shadow + source - from.base, to.shadow + target - to.base, bytes);
    }
  }

  /// Sets each byte.
  public void fill(long address, byte value, long bytes) {
    var allocation = require(address, bytes, "fill");
    NativeMemory.fill(host(allocation, address), bytes, value);
    markWritten(allocation, address, bytes);
  }

  /// Bytes allocated, mapped memory not counted.
  public synchronized long usedBytes() {
    return used;
  }

  /// Bytes that can still be allocated.
  public synchronized long freeBytes() {
    return capacity - used;
  }

  /// Number of live allocations and mappings.
  public int liveAllocations() {
    return live().size();
  }

  /// Says what an address is, for messages: allocation and offset, freed or nothing.
  public String describe(long address) {
    return closest(address)
        .map(
            allocation ->
                "%s + %d (of %d bytes%s)"
                    .formatted(
                        allocation.name,
                        address - allocation.base,
                        allocation.size,
                        allocation.live() ? "" : ", freed"))
        .orElse("no allocation");
  }

  List<Allocation> live() {
    var live = new ArrayList<Allocation>();
    for (var allocation : allocations.values()) {
      if (allocation.live()) {
        live.add(allocation);
      }
    }
    return live;
  }

  /// The live allocation that holds all these bytes.
  Optional<Allocation> find(long address, long bytes) {
    return nearest(address)
        .filter(allocation -> allocation.live() && allocation.holds(address, bytes));
  }

  /// The last allocation, dead or alive, that begins at or below an address.
  Optional<Allocation> nearest(long address) {
    return Optional.ofNullable(allocations.floorEntry(address)).map(Map.Entry::getValue);
  }

  /// The allocation, dead or alive, that an address outside of all of them probably meant.
  private Optional<Allocation> closest(long address) {
    var above = Optional.ofNullable(allocations.ceilingEntry(address)).map(Map.Entry::getValue);
    return nearest(address)
        .filter(
            below ->
                above.isEmpty() || address - (below.base + below.size) < above.get().base - address)
        .or(() -> above);
  }

  private Allocation require(long address, long bytes, String call) {
    return find(address, bytes).orElseThrow(() -> fault(address, bytes, call));
  }

  private GpuFault fault(long address, long bytes, String call) {
    return fault(address, bytes, call, GpuFault.Place.of("none (" + call + " by the host)"));
  }

  /// The fault of an access that no live allocation holds.
  GpuFault fault(long address, long bytes, String call, GpuFault.Place place) {
    var near = closest(address);
    var where = near.map(a -> place.in(a.name, address - a.base)).orElse(place);
    var what = "%s of %d bytes at 0x%x".formatted(call, bytes, address);
    if (address >= 0 && address < NULL_END) {
      return new GpuFault(
          GpuFault.Kind.NULL_ACCESS,
          what + ": the pointer is null, or was computed from null",
          place);
    }
    if (near.isPresent() && near.get().holds(address, 1) && !near.get().live()) {
      return new GpuFault(GpuFault.Kind.FREED, what + ": the memory was freed", where);
    }
    return new GpuFault(
        GpuFault.Kind.OUT_OF_BOUNDS, what + ": outside of " + describe(address), where);
  }

  private static long host(Allocation allocation, long address) {
    return allocation.host + (address - allocation.base);
  }

  static void markWritten(Allocation allocation, long address, long bytes) {
    if (allocation.shadow != 0) {
      NativeMemory.fill(allocation.shadow + (address - allocation.base), bytes, (byte) 1);
    }
  }

  /// Frees everything.
  @Override
  public void close() {
    for (var allocation : live()) {
      release(allocation.base, allocation.mapped);
    }
  }
}

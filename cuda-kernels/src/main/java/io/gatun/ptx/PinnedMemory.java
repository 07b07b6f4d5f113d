package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.TreeMap;

/// Host memory that a context's device reads and writes too.
final class PinnedMemory implements AutoCloseable {
  private static final long PAGE = 4096;

  /// @param owner of memory that was allocated here; empty for a caller's
  private record Block(MemorySegment segment, long device, Optional<Arena> owner) {
    long end() {
      return segment.address() + segment.byteSize();
    }
  }

  private final DeviceMemory memory;
  private final TreeMap<Long, Block> blocks = new TreeMap<>();

  PinnedMemory(DeviceMemory memory) {
    this.memory = memory;
  }

  MemorySegment allocate(String call, long bytes) {
    if (bytes < 1) {
      throw new CudaException(call, CudaResult.INVALID_VALUE, "an allocation of " + bytes);
    }
    var arena = Arena.ofShared();
    var segment = arena.allocate(bytes, PAGE);
    add(segment, Optional.of(arena));
    return segment;
  }

  void register(String call, MemorySegment segment) {
    requireNative(call, segment);
    var below = blocks.lowerEntry(segment.address() + segment.byteSize());
    if (below != null && below.getValue().end() > segment.address()) {
      throw new CudaException(
          call,
          CudaResult.HOST_MEMORY_ALREADY_REGISTERED,
          text(segment) + " are pinned already, at least in part");
    }
    add(segment, Optional.empty());
  }

  private void add(MemorySegment segment, Optional<Arena> owner) {
    var name = "pinned host memory of %d bytes".formatted(segment.byteSize());
    var device = memory.map(HostBytes.of(segment).segment(), name);
    blocks.put(segment.address(), new Block(segment, device, owner));
  }

  /// Ends what [#allocate] began.
  void free(String call, MemorySegment segment) {
    remove(call, segment, true);
  }

  /// Ends what [#register] began.
  void unregister(String call, MemorySegment segment) {
    remove(call, segment, false);
  }

  private void remove(String call, MemorySegment segment, boolean owned) {
    var block = blocks.get(segment.address());
    if (block == null || block.owner().isPresent() != owned) {
      throw notPinned(call, segment);
    }
    blocks.remove(segment.address());
    memory.unmap(block.device());
    block.owner().ifPresent(Arena::close);
  }

  /// The device address of a pinned segment or of a part of one.
  long devicePointer(String call, MemorySegment segment) {
    return find(segment)
        .map(block -> block.device() + segment.address() - block.segment().address())
        .orElseThrow(() -> notPinned(call, segment));
  }

  boolean holds(MemorySegment segment) {
    return find(segment).isPresent();
  }

  private Optional<Block> find(MemorySegment segment) {
    return Optional.ofNullable(blocks.floorEntry(segment.address()))
        .map(entry -> entry.getValue())
        .filter(block -> segment.address() + segment.byteSize() <= block.end());
  }

  static void requireNative(String call, MemorySegment segment) {
    if (!segment.isNative()) {
      throw new CudaException(
          call,
          CudaResult.INVALID_VALUE,
          "the device cannot reach memory of the Java heap; allocate the segment in an Arena");
    }
  }

  private static CudaException notPinned(String call, MemorySegment segment) {
    return new CudaException(
        call,
        CudaResult.HOST_MEMORY_NOT_REGISTERED,
        text(segment) + " are not pinned; registerHost or allocateHost does that");
  }

  private static String text(MemorySegment segment) {
    return "%d bytes at 0x%x".formatted(segment.byteSize(), segment.address());
  }

  /// Frees the memory that was allocated here.
  @Override
  public void close() {
    blocks.values().forEach(block -> block.owner().ifPresent(Arena::close));
    blocks.clear();
  }
}

package io.gatun.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// What holds the bytes of a tensor.
sealed interface TensorMemory {
  Placement placement();

  /// The bytes on the host, to be read and written.
  MemorySegment data();

  /// The bytes on the host, to be read.
  MemorySegment contents();

  /// What a device finds them in; empty for host memory that it does not reach.
  Optional<DeviceMemory> device();

  /// Makes the device's memory hold the bytes.
  ///
  /// @param isRead whether it matters what they are
  void enterDevice(boolean isRead);

  void close();

  /// Host memory.
  ///
  /// @param arena owns it; empty for a caller's
  record Host(MemorySegment data, Optional<Arena> arena) implements TensorMemory {
    @Override
    public Placement placement() {
      return Placement.HOST;
    }

    @Override
    public MemorySegment contents() {
      return data;
    }

    @Override
    public Optional<DeviceMemory> device() {
      return Optional.empty();
    }

    @Override
    public void enterDevice(boolean isRead) {}

    @Override
    public void close() {
      arena.ifPresent(Arena::close);
    }
  }

  /// Host memory that a device reaches as well.
  record Pinned(MemorySegment data, DeviceMemory mapped) implements TensorMemory {
    @Override
    public Placement placement() {
      return Placement.PINNED;
    }

    @Override
    public MemorySegment contents() {
      return data;
    }

    @Override
    public Optional<DeviceMemory> device() {
      return Optional.of(mapped);
    }

    @Override
    public void enterDevice(boolean isRead) {}

    @Override
    public void close() {
      mapped.close();
    }
  }

  /// Memory of a device. The bytes are at one place at a time: there, or, since the host asked for
  /// them to write, in a copy on the host until the device takes them back.
  final class Resident implements TensorMemory {
    private final DeviceMemory memory;
    private final long bytes;
    private final Arena arena = Arena.ofShared();
    private Optional<MemorySegment> copy = Optional.empty();
    private boolean isOnHost;

    Resident(DeviceMemory memory, long bytes) {
      this.memory = memory;
      this.bytes = bytes;
    }

    @Override
    public Placement placement() {
      return Placement.DEVICE;
    }

    @Override
    public MemorySegment data() {
      var data = contents();
      isOnHost = true;
      return data;
    }

    @Override
    public MemorySegment contents() {
      if (copy.isEmpty()) {
        copy = Optional.of(arena.allocate(Math.max(1, bytes), Tensor.ALIGNMENT).asSlice(0, bytes));
      }
      if (!isOnHost) memory.read(copy.get());
      return copy.get();
    }

    @Override
    public Optional<DeviceMemory> device() {
      return Optional.of(memory);
    }

    @Override
    public void enterDevice(boolean isRead) {
      if (isOnHost && isRead) memory.write(copy.orElseThrow());
      isOnHost = false;
    }

    @Override
    public void close() {
      arena.close();
      memory.close();
    }
  }
}

package io.gatun.engine;

import java.lang.foreign.MemorySegment;

/// Memory that a device reads and writes at an address of its own, for the tensors that it makes.
public interface DeviceMemory extends AutoCloseable {
  Device device();

  /// Where the device finds it.
  long address();

  /// Copies all of it to the host.
  ///
  /// @throws EngineException when the device is closed or lost
  void read(MemorySegment target);

  /// Overwrites all of it.
  ///
  /// @throws EngineException when the device is closed or lost
  void write(MemorySegment source);

  /// Gives it back; what belonged to a closed device is gone already.
  @Override
  void close();
}

package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Copies between host and device that are done when the call returns.
record Transfer(CudaDriver driver, CudaDriver.Stream stream) {
  /// A copy of device memory, in memory that lives as long as it is reachable.
  MemorySegment read(long address, long bytes) {
    var data = Arena.ofAuto().allocate(Math.max(1, bytes), Long.BYTES).asSlice(0, bytes);
    if (bytes > 0) {
      driver.copyToHost(data, address, stream);
      driver.synchronize(stream);
    }
    return data;
  }

  /// Overwrites device memory.
  void write(long address, MemorySegment data) {
    if (data.byteSize() == 0) return;
    driver.copyToDevice(address, data, stream);
    driver.synchronize(stream);
  }
}

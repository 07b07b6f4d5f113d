package io.gatun.engine.cuda;

import io.gatun.engine.DeviceMemory;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/// Host memory that a GPU reads and writes itself.
///
/// @param unpin gives it back, called with the device's context current
record PinnedBlock(CudaDevice device, MemorySegment data, long address, Runnable unpin)
    implements DeviceMemory {
  /// A tensor of zeros; called with the device's context current.
  static Tensor allocate(CudaDevice device, String name, TensorType type) {
    var driver = device.driver();
    var memory = driver.allocateHost(Math.max(1, type.bytes()));
    memory.fill((byte) 0);
    return tensor(device, name, type, memory, () -> driver.freeHost(memory));
  }

  /// A tensor over a caller's memory; called with the device's context current.
  static Tensor map(CudaDevice device, String name, TensorType type, MemorySegment data) {
    var driver = device.driver();
    driver.registerHost(data);
    return tensor(device, name, type, data, () -> driver.unregisterHost(data));
  }

  private static Tensor tensor(
      CudaDevice device, String name, TensorType type, MemorySegment memory, Runnable unpin) {
    var data = memory.asSlice(0, type.bytes());
    long address = device.driver().devicePointer(memory);
    return Tensor.pinned(name, type, data, new PinnedBlock(device, data, address, unpin));
  }

  @Override
  public void read(MemorySegment target) {
    target.copyFrom(data);
  }

  @Override
  public void write(MemorySegment source) {
    data.copyFrom(source);
  }

  @Override
  public void close() {
    device.release(unpin);
  }
}

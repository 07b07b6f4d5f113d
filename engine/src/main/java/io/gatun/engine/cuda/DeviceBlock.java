package io.gatun.engine.cuda;

import io.gatun.engine.DeviceMemory;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/// Memory of a GPU that holds a tensor.
record DeviceBlock(CudaDevice device, long address) implements DeviceMemory {
  /// A tensor of zeros; called with the device's context current.
  static Tensor allocate(CudaDevice device, String name, TensorType type) {
    long bytes = Math.max(1, type.bytes());
    String purpose = "they are tensor \"%s\" of %s".formatted(name, type);
    long address = device.reserve(bytes, () -> purpose);
    device.driver().fill(address, (byte) 0, bytes, device.stream());
    return Tensor.resident(name, type, new DeviceBlock(device, address));
  }

  @Override
  public void read(MemorySegment target) {
    if (target.byteSize() == 0) return;
    device.call(
        "read a tensor",
        () -> {
          device.driver().copyToHost(target, address, device.stream());
          device.driver().synchronize(device.stream());
          return true;
        });
  }

  @Override
  public void write(MemorySegment source) {
    device.call(
        "write a tensor",
        () -> {
          new Transfer(device.driver(), device.stream()).write(address, source);
          return true;
        });
  }

  @Override
  public void close() {
    device.release(() -> device.driver().free(address));
  }
}

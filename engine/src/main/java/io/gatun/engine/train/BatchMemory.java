package io.gatun.engine.train;

import io.gatun.engine.Device;
import io.gatun.engine.Placement;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;

/// Where batches are gathered.
@FunctionalInterface
public interface BatchMemory {
  /// The host's memory.
  BatchMemory HOST = Tensor::allocate;

  /// A tensor in the host's memory, which the batches close.
  Tensor allocate(String name, TensorType type);

  /// Memory that a device copies from by itself: a GPU's is pinned, so that its copies need neither
  /// the processor nor a buffer in between. It copies a batch once, where reading it in place would
  /// cross the bus for each kernel that reads it.
  static BatchMemory of(Device device) {
    return (name, type) -> device.allocate(name, type, Placement.PINNED);
  }
}

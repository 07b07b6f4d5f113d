package io.gatun.engine.cuda;

/// Where the buffers of a kernel lie at this moment.
@FunctionalInterface
interface Addresses {
  /// The device address of a buffer, by its position in the kernel.
  long of(int buffer);
}

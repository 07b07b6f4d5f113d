package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.DeviceProperties;

/// What launches are fitted to.
///
/// @param multiprocessors how many there are
/// @param residentThreads threads that fit on one
/// @param sharedPerMultiprocessor bytes of shared memory of one
/// @param tf32 whether the factors of f32 products may be rounded to tf32, 10 bits of fraction, for
///     the tensor cores
public record DeviceShape(
    int multiprocessors, int residentThreads, int sharedPerMultiprocessor, boolean tf32) {
  /// A device that rounds no factors.
  public DeviceShape(int multiprocessors, int residentThreads, int sharedPerMultiprocessor) {
    this(multiprocessors, residentThreads, sharedPerMultiprocessor, false);
  }

  /// The same device for a plan whose factors may be rounded to tf32, or not.
  public DeviceShape withTf32(boolean other) {
    return new DeviceShape(multiprocessors, residentThreads, sharedPerMultiprocessor, other);
  }

  /// The shape of a device.
  public static DeviceShape of(DeviceProperties properties) {
    return new DeviceShape(
        properties.multiprocessors(),
        properties.maxThreadsPerMultiprocessor(),
        properties.sharedPerMultiprocessor());
  }

  /// Blocks for a grid-stride loop that wants `wanted` of them: no more than fill the device a few
  /// times, so that late blocks even out what early ones lost.
  int blocks(long wanted, int threads) {
    long full = (long) multiprocessors * Math.max(1, residentThreads / threads);
    return (int) Math.clamp(wanted, 1, 4 * full);
  }
}

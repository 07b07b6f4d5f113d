package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.DeviceProperties;

/// What launches are fitted to.
///
/// @param multiprocessors how many there are
/// @param residentThreads threads that fit on one
public record DeviceShape(int multiprocessors, int residentThreads) {
  /// The shape of a device.
  public static DeviceShape of(DeviceProperties properties) {
    return new DeviceShape(properties.multiprocessors(), properties.maxThreadsPerMultiprocessor());
  }

  /// Blocks for a grid-stride loop that wants `wanted` of them: no more than fill the device a few
  /// times, so that late blocks even out what early ones lost.
  int blocks(long wanted, int threads) {
    long full = (long) multiprocessors * Math.max(1, residentThreads / threads);
    return (int) Math.clamp(wanted, 1, 4 * full);
  }
}

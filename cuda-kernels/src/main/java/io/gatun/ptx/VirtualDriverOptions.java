package io.gatun.ptx;

import java.util.List;
import java.util.function.Predicate;

/// What a [VirtualCudaDriver] offers and how closely it watches.
///
/// @param devices the GPUs, by ordinal
/// @param mode how closely kernels are watched
/// @param threads threads of the host that run blocks
/// @param seed of the order in which streams, blocks and warps run
/// @param deterministic kernels, by name, that run twice in different orders of their blocks and
///     must leave the same bytes behind
public record VirtualDriverOptions(
    List<DeviceProfile> devices,
    ExecutionMode mode,
    int threads,
    long seed,
    Predicate<String> deterministic) {
  public VirtualDriverOptions {
    devices = List.copyOf(devices);
  }

  /// One GPU, watched for its bounds only, all threads of this machine, seed 0.
  public static VirtualDriverOptions of(DeviceProfile device) {
    return new VirtualDriverOptions(
        List.of(device),
        ExecutionMode.FAST,
        Runtime.getRuntime().availableProcessors(),
        0,
        name -> false);
  }

  /// These options in another mode.
  public VirtualDriverOptions with(ExecutionMode other) {
    return new VirtualDriverOptions(devices, other, threads, seed, deterministic);
  }

  /// These options with another seed.
  public VirtualDriverOptions with(long other) {
    return new VirtualDriverOptions(devices, mode, threads, other, deterministic);
  }

  /// These options with kernels declared deterministic.
  public VirtualDriverOptions with(Predicate<String> other) {
    return new VirtualDriverOptions(devices, mode, threads, seed, other);
  }
}

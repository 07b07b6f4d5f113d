package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;

/// A GPU without hardware: memory, and kernels launched on it one at a time.
public final class VirtualGpu implements AutoCloseable {
  private final DeviceProfile profile;
  private final ExecutionMode mode;
  private final int threads;
  private final long seed;
  private final DeviceMemory memory;

  /// A GPU with empty memory.
  ///
  /// @param profile what it is like
  /// @param mode how closely kernels are watched
  /// @param threads threads of the host that run blocks
  /// @param seed of the order of blocks and warps, in [ExecutionMode#CHECKED]
  public VirtualGpu(DeviceProfile profile, ExecutionMode mode, int threads, long seed) {
    this.profile = profile;
    this.mode = mode;
    this.threads = threads;
    this.seed = seed;
    this.memory =
        new DeviceMemory(profile.properties().totalMemory(), mode == ExecutionMode.CHECKED);
  }

  /// What it is like.
  public DeviceProfile profile() {
    return profile;
  }

  /// How closely kernels are watched.
  public ExecutionMode mode() {
    return mode;
  }

  /// Its memory.
  public DeviceMemory memory() {
    return memory;
  }

  /// Runs a kernel and returns when it is done.
  ///
  /// @param arguments the argument bytes, laid out as [PtxKernel#parameters] says
  /// @throws GpuFault where the kernel makes a mistake
  public KernelRun launch(PtxKernel kernel, LaunchGeometry geometry, byte[] arguments) {
    throw new GpuFault(
        GpuFault.Kind.LAUNCH,
        "execution follows (%d threads, seed %d)".formatted(threads, seed),
        GpuFault.Place.of(kernel.name()));
  }

  /// Runs a kernel twice from the same memory, the second time with its blocks in another order,
  /// and faults where the two leave different bytes behind.
  ///
  /// @throws GpuFault also where the kernel makes a mistake
  public KernelRun launchInTwoOrders(PtxKernel kernel, LaunchGeometry geometry, byte[] arguments) {
    return launch(kernel, geometry, arguments);
  }

  /// Frees all its memory.
  @Override
  public void close() {
    memory.close();
  }
}

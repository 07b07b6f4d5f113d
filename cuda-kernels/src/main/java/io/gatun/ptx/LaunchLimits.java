package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import io.gatun.cuda.LaunchGeometry;

/// Refuses launches that a device does not take: the limits of the table "Technical Specifications
/// per Compute Capability" of the CUDA C++ Programming Guide.
final class LaunchLimits {
  private static final int MAX_BLOCK_X = 1024;
  private static final int MAX_BLOCK_Y = 1024;
  private static final int MAX_BLOCK_Z = 64;
  private static final int MAX_GRID_Y = 65535;
  private static final int MAX_GRID_Z = 65535;

  private LaunchLimits() {}

  /// @param allowedShared dynamic shared bytes that were allowed beyond the default
  /// @param registers of a thread; 0 when they are not known
  static void check(
      PtxKernel kernel,
      LaunchGeometry launch,
      DeviceProperties device,
      int allowedShared,
      int registers) {
    if (launch.blockX() > MAX_BLOCK_X
        || launch.blockY() > MAX_BLOCK_Y
        || launch.blockZ() > MAX_BLOCK_Z) {
      throw invalid(
          kernel,
          "blocks of at most %d x %d x %d threads, asked %d x %d x %d"
              .formatted(
                  MAX_BLOCK_X,
                  MAX_BLOCK_Y,
                  MAX_BLOCK_Z,
                  launch.blockX(),
                  launch.blockY(),
                  launch.blockZ()));
    }
    if (launch.gridY() > MAX_GRID_Y || launch.gridZ() > MAX_GRID_Z) {
      throw invalid(
          kernel,
          "grids of at most %d blocks in y and %d in z, asked %d and %d"
              .formatted(MAX_GRID_Y, MAX_GRID_Z, launch.gridY(), launch.gridZ()));
    }
    checkThreads(kernel, launch.threadsPerBlock(), device, registers);
    checkShared(kernel, launch.sharedBytes(), device, allowedShared);
  }

  private static void checkThreads(
      PtxKernel kernel, int threads, DeviceProperties device, int registers) {
    if (threads > device.maxThreadsPerBlock()) {
      throw invalid(
          kernel,
          "at most %d threads a block, asked %d".formatted(device.maxThreadsPerBlock(), threads));
    }
    if (threads > kernel.maxThreads()) {
      throw invalid(
          kernel,
          "at most %d threads a block (its __launch_bounds__), asked %d"
              .formatted(kernel.maxThreads(), threads));
    }
    if (registers > 0 && Occupancy.of(device, threads, registers, 0).blocks() == 0) {
      throw new CudaException(
          "cuLaunchKernel",
          CudaResult.LAUNCH_OUT_OF_RESOURCES,
          "kernel %s: %d threads of %d registers do not fit into %d; give it __launch_bounds__(%d)"
              .formatted(
                  kernel.name(), threads, registers, device.registersPerMultiprocessor(), threads));
    }
  }

  private static void checkShared(
      PtxKernel kernel, int dynamic, DeviceProperties device, int allowedShared) {
    var total = (long) kernel.sharedBytes() + dynamic;
    if (total > device.sharedPerBlockOptIn()) {
      throw invalid(
          kernel,
          "at most %d shared bytes a block, asked %d static and %d dynamic ones"
              .formatted(device.sharedPerBlockOptIn(), kernel.sharedBytes(), dynamic));
    }
    if (total > device.sharedPerBlock() && dynamic > allowedShared) {
      throw invalid(
          kernel,
          "more than %d shared bytes (%d static and %d dynamic ones) need allowSharedBytes before"
                  .formatted(device.sharedPerBlock(), kernel.sharedBytes(), dynamic)
              + " the launch");
    }
  }

  private static CudaException invalid(PtxKernel kernel, String allowed) {
    return new CudaException(
        "cuLaunchKernel",
        CudaResult.INVALID_VALUE,
        "kernel " + kernel.name() + " can be launched with " + allowed);
  }
}

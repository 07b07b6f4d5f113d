package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.FunctionAttributes;
import io.gatun.cuda.LaunchGeometry;

/// A kernel of a loaded module.
final class VirtualFunction {
  private final VirtualModule module;
  private final PtxKernel kernel;
  private int allowedSharedBytes;

  VirtualFunction(VirtualModule module, PtxKernel kernel) {
    this.module = module;
    this.kernel = kernel;
  }

  VirtualModule module() {
    return module;
  }

  PtxKernel kernel() {
    return kernel;
  }

  /// Allows launches dynamic shared bytes beyond the default.
  void allowSharedBytes(String call, int bytes) {
    var most = module.device().properties().sharedPerBlockOptIn() - kernel.sharedBytes();
    if (bytes < 0 || bytes > most) {
      throw new CudaException(
          call,
          CudaResult.INVALID_VALUE,
          "kernel %s can have at most %d dynamic shared bytes, asked %d"
              .formatted(kernel.name(), most, bytes));
    }
    allowedSharedBytes = bytes;
  }

  /// Refuses a launch that the device cannot take.
  void check(LaunchGeometry geometry) {
    LaunchLimits.check(
        kernel, geometry, module.device().properties(), allowedSharedBytes, knownRegisters());
  }

  Occupancy occupancy(int threads, int dynamicSharedBytes) {
    return Occupancy.of(
        module.device().properties(),
        threads,
        registers().count(),
        kernel.sharedBytes() + dynamicSharedBytes);
  }

  RegisterCount registers() {
    return module
        .report()
        .map(report -> report.kernels().get(kernel.name()))
        .map(needs -> new RegisterCount(needs.registers(), false))
        .orElseGet(() -> RegisterCount.estimate(kernel));
  }

  /// Registers of a thread where the assembler was asked before, else 0.
  private int knownRegisters() {
    return module.isAssembled() && !registers().estimated() ? registers().count() : 0;
  }

  FunctionAttributes attributes() {
    return new FunctionAttributes(
        registers().count(), kernel.sharedBytes(), localBytes(), kernel.maxThreads());
  }

  private int localBytes() {
    return module
        .report()
        .map(report -> report.kernels().get(kernel.name()))
        .map(PtxasReport.Kernel::stackBytes)
        .orElse(kernel.localBytes());
  }
}

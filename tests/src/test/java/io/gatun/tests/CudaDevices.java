package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.cuda.RuntimeCompiler;
import org.junit.jupiter.api.Assumptions;

/// The GPUs that tests run on; where one is missing, the test that asks for it is skipped.
final class CudaDevices {
  private CudaDevices() {}

  /// The virtual GPU, which needs a compiler of kernels.
  static Device virtual() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    return Devices.open("virtual");
  }

  /// This machine's GPU, which must be there where the property `gatun.gpu` says `required`.
  static Device hardware() {
    try {
      return Devices.open("cuda");
    } catch (EngineException e) {
      if (System.getProperty("gatun.gpu", "").equals("required")) throw e;
      return Assumptions.abort("no GPU: " + e.getMessage());
    }
  }
}

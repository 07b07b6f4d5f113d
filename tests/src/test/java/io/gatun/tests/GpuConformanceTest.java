package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import org.junit.jupiter.api.Assumptions;

/// The CUDA device on this machine's GPU against the reference; skipped where there is none, unless
/// the property `gatun.gpu` says `required`.
class GpuConformanceTest extends CudaConformance {
  @Override
  Device open() {
    try {
      return Devices.open("cuda");
    } catch (EngineException e) {
      if (System.getProperty("gatun.gpu", "").equals("required")) throw e;
      return Assumptions.abort("no GPU: " + e.getMessage());
    }
  }
}

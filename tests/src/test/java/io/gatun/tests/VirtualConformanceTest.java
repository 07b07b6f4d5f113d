package io.gatun.tests;

import io.gatun.engine.Device;

/// The CUDA device on the virtual GPU against the reference. Compiling the kernels of all samples
/// takes minutes, so a share of them is compared; `-Dgatun.conformance=all` compares all.
class VirtualConformanceTest extends CudaConformance {
  @Override
  Device open() {
    return CudaDevices.virtual();
  }

  private static boolean all() {
    return System.getProperty("gatun.conformance", "").equals("all");
  }

  @Override
  int stride() {
    return all() ? 1 : 15;
  }

  @Override
  int randomGraphs() {
    return all() ? 200 : 12;
  }
}

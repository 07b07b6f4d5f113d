package io.gatun.tests;

import io.gatun.engine.Device;

/// The CUDA device on this machine's GPU against the reference; skipped where there is none, unless
/// the property `gatun.gpu` says `required`.
class GpuConformanceTest extends CudaConformance {
  @Override
  Device open() {
    return CudaDevices.hardware();
  }
}

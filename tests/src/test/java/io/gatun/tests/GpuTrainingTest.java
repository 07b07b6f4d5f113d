package io.gatun.tests;

import io.gatun.engine.Device;

/// Training on this machine's GPU; skipped where there is none.
class GpuTrainingTest extends TrainingConformance {
  @Override
  Device open() {
    return CudaDevices.hardware();
  }
}

package io.gatun.tests;

import io.gatun.engine.Device;

/// Training on the virtual GPU.
class VirtualTrainingTest extends TrainingConformance {
  @Override
  Device open() {
    return CudaDevices.virtual();
  }
}

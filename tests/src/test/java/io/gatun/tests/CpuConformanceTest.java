package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;

/// The CPU device against the reference.
class CpuConformanceTest extends DeviceConformance {
  @Override
  Device open() {
    return Devices.open("cpu");
  }
}

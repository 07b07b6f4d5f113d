package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;

/// The CPU device against the reference. It claims no composite, so of those that others claim it
/// compares a share; `-Dgatun.conformance=all` compares all.
class CpuConformanceTest extends DeviceConformance {
  @Override
  Device open() {
    return Devices.open("cpu");
  }

  @Override
  int rowStride() {
    return System.getProperty("gatun.conformance", "").equals("all") ? 1 : 5;
  }
}

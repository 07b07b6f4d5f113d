package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// The CUDA device on the virtual GPU against the reference.
class VirtualConformanceTest extends DeviceConformance {
  @Override
  Device open() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    return Devices.open("virtual");
  }

  @Override
  void prepare(Device opened, List<Graph> graphs) {
    ((CudaDevice) opened)
        .prepare(graphs.stream().map(g -> Compiler.compile(g, opened.target())).toList());
  }

  @Override
  int randomGraphs() {
    return 60;
  }
}

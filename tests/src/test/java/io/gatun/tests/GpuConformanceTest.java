package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// The CUDA device on this machine's GPU against the reference; skipped where there is none.
class GpuConformanceTest extends DeviceConformance {
  @Override
  Device open() {
    try {
      return Devices.open("cuda");
    } catch (EngineException e) {
      return Assumptions.abort("no GPU: " + e.getMessage());
    }
  }

  @Override
  void prepare(Device opened, List<Graph> graphs) {
    ((CudaDevice) opened)
        .prepare(graphs.stream().map(g -> Compiler.compile(g, opened.target())).toList());
  }
}

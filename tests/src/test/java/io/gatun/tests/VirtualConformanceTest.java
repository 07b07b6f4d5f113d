package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// The CUDA device on the virtual GPU against the reference. Compiling the kernels of all samples
/// takes minutes, so a share of them is compared; `-Dgatun.conformance=all` compares all.
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

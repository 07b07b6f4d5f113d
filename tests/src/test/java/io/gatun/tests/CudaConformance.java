package io.gatun.tests;

import io.gatun.engine.Device;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import java.util.List;

/// The CUDA device against the reference: its kernels are compiled together beforehand.
abstract class CudaConformance extends DeviceConformance {
  @Override
  void prepare(Device opened, List<Graph> graphs) {
    ((CudaDevice) opened)
        .prepare(graphs.stream().map(g -> Compiler.compile(g, opened.target())).toList());
  }
}

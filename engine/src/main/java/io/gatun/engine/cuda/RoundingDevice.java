package io.gatun.engine.cuda;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.Placement;
import io.gatun.engine.ReadyKernels;
import io.gatun.engine.Tensor;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/// A GPU whose programs round factors of f32 to tf32; all else is the GPU's own.
record RoundingDevice(CudaDevice device) implements Device {
  @Override
  public String name() {
    return device.name();
  }

  @Override
  public Target target() {
    return device.target();
  }

  @Override
  public Executable load(Plan plan) {
    return load("unnamed", plan);
  }

  @Override
  public Executable load(String program, Plan plan) {
    return device.load(program, plan, true);
  }

  @Override
  public ReadyKernels kernels() {
    return device.kernels();
  }

  @Override
  public String source(Plan plan) {
    return device.source(plan, true);
  }

  @Override
  public Device withTf32() {
    return this;
  }

  @Override
  public Tensor allocate(String name, TensorType type, Placement placement) {
    return device.allocate(name, type, placement);
  }

  @Override
  public Tensor map(String name, TensorType type, MemorySegment data) {
    return device.map(name, type, data);
  }

  @Override
  public void close() {
    device.close();
  }
}

package io.gatun.engine;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Something that runs plans. It never sees single operations and never grows with their set.
public interface Device extends AutoCloseable {
  /// The name the user asked for: `cpu`, `reference`.
  String name();

  /// What the compiler needs to know to make plans for this device.
  Target target();

  /// Makes a plan ready to run: kernels compiled, arena allocated, constants placed.
  ///
  /// @throws EngineException when the plan is for another target or memory does not suffice
  Executable load(Plan plan);

  /// As [#load(Plan)].
  ///
  /// @param name of the program, for messages of what fails in its runs
  default Executable load(String name, Plan plan) {
    return load(plan);
  }

  /// Compiles a graph for this device and loads it; tells of it what `GATUN_DEBUG` and its like ask
  /// for (see [DebugOptions]).
  ///
  /// @param name of the program, for messages, profiles and dumps
  /// @throws EngineException when memory does not suffice
  default Executable compile(String name, Graph graph) {
    return new Loading(DebugOptions.fromEnvironment(), System.err).load(name, graph, this);
  }

  /// This device with the factors of f32 matrix products and convolutions rounded to tf32 (8 bits
  /// of exponent, 10 of fraction: a relative error of 2^-11 each; sums stay f32) in what is
  /// compiled or loaded on the result, so that a GPU computes them on tensor cores. Tensors serve
  /// both, and closing either closes the device. A device without such units is its own result.
  default Device withTf32() {
    return this;
  }

  /// What takes executables of this device from images that were kept; empty where it keeps none.
  default Optional<PlanImages> images() {
    return Optional.empty();
  }

  /// The ready-made kernels of a GPU, for launches of one's own.
  ///
  /// @throws EngineException when this is no GPU
  default ReadyKernels kernels() {
    throw new EngineException(
        "device %s has no ready-made kernels; open a GPU (\"cuda\"), or \"virtual\""
            .formatted(name()));
  }

  /// The code that this device generates for a plan, for people; empty where it generates none.
  default String source(Plan plan) {
    return "";
  }

  /// A tensor of zeros in this device's own memory, so that runs need no copy of it: for parameters
  /// and whatever else stays from run to run. The caller closes it, before the device.
  ///
  /// @throws EngineException when the memory cannot be had
  default Tensor allocate(String name, TensorType type) {
    return allocate(name, type, Placement.DEVICE);
  }

  /// A tensor of zeros at a place; on a device that computes in the host's memory that is always
  /// [Placement#HOST].
  ///
  /// @throws EngineException when the memory cannot be had
  default Tensor allocate(String name, TensorType type, Placement placement) {
    return Tensor.allocate(name, type);
  }

  /// A tensor over the caller's segment, as [Tensor#wrap], that this device reads and writes
  /// without a copy. For a GPU the segment starts at a page of memory; it is pinned until the
  /// tensor is closed.
  ///
  /// @throws EngineException when the segment is not such a one
  default Tensor map(String name, TensorType type, MemorySegment data) {
    return Tensor.wrap(name, type, data);
  }

  /// Releases the device; executables loaded on it must be closed before.
  @Override
  void close();
}

package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import java.util.List;

/// A graph compiled and loaded on a device and bound to tensors of its own, filled by [Numbers].
public final class BoundGraph implements AutoCloseable {
  private final Executable executable;
  private final List<Tensor> inputs;
  private final List<Tensor> results;

  /// Compiles and loads `graph`. The device stays the caller's.
  public BoundGraph(Device device, Graph graph) {
    executable = device.load(Compiler.compile(graph, device.target()));
    inputs =
        plan().inputs().stream()
            .map(n -> Tensor.allocate(((Input) n.op()).name(), n.type()))
            .toList();
    for (var input : inputs) Numbers.fill(input.name(), input.type(), input.data());
    results =
        plan().results().stream().map(o -> Tensor.allocate(o.name(), o.node().type())).toList();
  }

  public Plan plan() {
    return executable.plan();
  }

  /// The results of the last run.
  public List<Tensor> results() {
    return results;
  }

  /// Runs the graph once.
  public void run() {
    executable.run(inputs, results);
  }

  /// This as what [Compare] measures.
  public Subject subject() {
    return Subject.of(this::run, this::close);
  }

  @Override
  public void close() {
    executable.close();
    inputs.forEach(Tensor::close);
    results.forEach(Tensor::close);
  }
}

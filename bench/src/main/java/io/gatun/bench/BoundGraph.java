package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A graph compiled and loaded on a device and bound to tensors in its memory, filled by [Numbers]:
/// one set, or several that runs take in turn.
public final class BoundGraph implements AutoCloseable {
  private final Executable executable;
  private final List<List<Tensor>> inputs;
  private final List<Tensor> results;
  private int next;

  /// Compiles and loads `graph`. The device stays the caller's.
  public BoundGraph(Device device, Graph graph) {
    this(device, graph, 1);
  }

  /// The same with so many sets of inputs.
  public BoundGraph(Device device, Graph graph, int sets) {
    executable = device.load(Compiler.compile(graph, device.target()));
    inputs = IntStream.range(0, sets).mapToObj(number -> set(device, number)).toList();
    results =
        plan().results().stream().map(o -> device.allocate(o.name(), o.node().type())).toList();
  }

  private List<Tensor> set(Device device, int number) {
    var tensors = new ArrayList<Tensor>();
    for (Node node : plan().inputs()) {
      var tensor = device.allocate(((Input) node.op()).name(), node.type());
      Numbers.fill(tensor.name(), number, tensor.type(), tensor.data());
      tensors.add(tensor);
    }
    return tensors;
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
    executable.run(inputs.get(next), results);
    next = (next + 1) % inputs.size();
  }

  /// The results of a run with set number `set` of the inputs.
  private Map<String, float[]> results(int set) {
    executable.run(inputs.get(set), results);
    return results.stream().collect(Collectors.toMap(Tensor::name, Tensor::toFloats));
  }

  /// This as what [Compare] measures.
  public Subject subject() {
    return Subject.of(this::run, this::close, this::results);
  }

  @Override
  public void close() {
    executable.close();
    inputs.forEach(set -> set.forEach(Tensor::close));
    results.forEach(Tensor::close);
  }
}

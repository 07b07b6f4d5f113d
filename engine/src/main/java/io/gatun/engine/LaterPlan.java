package io.gatun.engine;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import java.util.Optional;
import java.util.function.Supplier;

/// The plan of a graph, compiled when it is first asked for.
final class LaterPlan implements Supplier<Plan> {
  private final Supplier<Graph> graph;
  private final Device device;
  private Optional<Plan> plan = Optional.empty();

  LaterPlan(Supplier<Graph> graph, Device device) {
    this.graph = graph;
    this.device = device;
  }

  @Override
  public synchronized Plan get() {
    if (plan.isEmpty()) plan = Optional.of(Compiler.compile(graph.get(), device.target()));
    return plan.get();
  }
}

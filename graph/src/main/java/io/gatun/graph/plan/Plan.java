package io.gatun.graph.plan;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.target.Target;
import java.util.ArrayList;
import java.util.List;

/// A compiled graph: the only thing that crosses from the compiler to a device. `graph` is the
/// lowered graph whose nodes the steps name.
///
/// A caller passes one tensor for each of [#inputs] and one for each of [#results]. An output that
/// updates an input is no result: it is found in that input's tensor afterwards.
public record Plan(
    Graph graph, Target target, List<Step> steps, MemoryPlan memory, List<Refusal> refusals) {
  public Plan {
    steps = List.copyOf(steps);
    refusals = List.copyOf(refusals);
  }

  public List<Node> inputs() {
    return graph.inputs();
  }

  /// The outputs that do not update an input.
  public List<Output> results() {
    return graph.outputs().stream().filter(o -> o.updates().isEmpty()).toList();
  }

  /// The groups in the order in which they run; those of loop bodies are in the plans of these.
  public List<Group> groups() {
    var groups = new ArrayList<Group>();
    for (Step step : steps) {
      switch (step) {
        case Step.Launch(Group group) -> groups.add(group);
        case Step.Loop loop -> groups.add(loop.group());
        case Step.Copy _ -> {}
      }
    }
    return groups;
  }

  /// The nodes that no code is generated for, in the bodies of loops too: the reference evaluator
  /// computes them.
  public List<Node> interpreted() {
    var nodes = new ArrayList<Node>();
    for (Step step : steps) {
      switch (step) {
        case Step.Launch(Group group) -> {
          switch (group.kernel()) {
            case ReferenceKernel _, ScanKernel _ -> nodes.addAll(group.nodes());
            case Kernel _ -> {}
          }
        }
        case Step.Loop loop -> nodes.addAll(loop.body().interpreted());
        case Step.Copy _ -> {}
      }
    }
    return nodes;
  }
}

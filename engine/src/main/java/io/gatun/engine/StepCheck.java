package io.gatun.engine;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.plan.Step;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Computes every kernel a second time by the interpreter, in double precision, from the very
/// arrays that the device's kernel gets, and stops at the first that differs.
final class StepCheck implements StepObserver {
  private final String name;
  private final Plan plan;
  private final Map<Integer, StepObserver> bodies = new HashMap<>();
  private List<NdArray> contents = List.of();

  StepCheck(String name, Plan plan) {
    this.name = name;
    this.plan = plan;
  }

  @Override
  public Optional<StepObserver> inside(int step) {
    return plan.steps().get(step) instanceof Step.Loop loop
        ? Optional.of(bodies.computeIfAbsent(step, _ -> new StepCheck(name, loop.body())))
        : Optional.empty();
  }

  @Override
  public void before(int step, Memory memory) {
    if (plan.steps().get(step) instanceof Step.Launch(Group group)) {
      contents =
          group.kernel().buffers().stream().map(node -> array(node, memory).rounded()).toList();
    }
  }

  @Override
  public void after(int step, Memory memory) {
    if (plan.steps().get(step) instanceof Step.Launch(Group group)) {
      var wanted = KernelInterpreter.run(group.kernel(), contents);
      for (int buffer : group.kernel().written()) {
        var node = group.kernel().buffers().get(buffer);
        compare(step, group, node, wanted.get(buffer), array(node, memory));
      }
    }
  }

  private NdArray array(Node node, Memory memory) {
    var segment = memory.of(plan.memory().places().get(node), node.type().bytes());
    return NdArray.of(node.type(), segment);
  }

  private void compare(int step, Group group, Node node, NdArray want, NdArray got) {
    double scale = 1;
    for (int i = 0; i < want.size(); i++) {
      if (Double.isFinite(want.at(i))) scale = Math.max(scale, Math.abs(want.at(i)));
    }
    var dtype = node.type().dtype();
    double tolerance = dtype.isFloat() ? tolerance(group) * scale : 0;
    long allowed = dtype.isFloat() || tolerance(group) == 0 ? 0 : 1 + want.size() / 100;
    for (int i = 0; i < want.size(); i++) {
      double w = dtype.isFloat() ? dtype.round(want.at(i)) : want.at(i);
      boolean same = Double.compare(w, got.at(i)) == 0 || Math.abs(w - got.at(i)) <= tolerance;
      if (!same && --allowed < 0) {
        throw new EngineException(
            "validate: program \"%s\", %s: element %d of %s %s is %s, the reference says %s"
                .formatted(
                    name, PlanText.stepLine(plan, step), i, node, node.type(), got.at(i), w));
      }
    }
  }

  /// Relative to the greatest element, because sums round in another order; by the coarsest float
  /// of the group. An integer that a group makes from floats (a comparison, an argmax, a cast) may
  /// flip where they nearly tie, so a hundredth of them may.
  private static double tolerance(Group group) {
    return group.nodes().stream().mapToDouble(n -> tolerance(n.type().dtype())).max().orElse(0);
  }

  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case F64 -> 1e-10;
      case F32 -> 1e-4;
      case F16 -> 1e-2;
      case BF16 -> 5e-2;
      case I64, I32, I16, I8, U8, BOOL -> 0;
    };
  }
}

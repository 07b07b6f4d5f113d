package io.gatun.graph.plan;

import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.target.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes the plan of a lowered graph: groups, their order, the place of every value, and the copies
/// that are left.
final class Planner {
  private final Graph graph;
  private final Scheduler scheduler;
  private final Map<Node, Place> fixed = new HashMap<>();
  private final Map<Node, Node> shared = new HashMap<>();
  private final List<Output> copiedAtStart = new ArrayList<>();
  private final List<Output> copiedAtEnd = new ArrayList<>();

  private Planner(Graph graph, List<Group> groups) {
    this.graph = graph;
    this.scheduler = new Scheduler(graph, groups);
  }

  static Plan plan(Graph graph, Target target) {
    var fusion = Fuser.fuse(graph, target);
    var planner = new Planner(graph, fusion.groups());
    planner.fix();
    return planner.plan(target, fusion.refusals());
  }

  /// Gives places to inputs, constants, results and what can be updated in place.
  private void fix() {
    var inputs = graph.inputs();
    for (int i = 0; i < inputs.size(); i++) fixed.put(inputs.get(i), new Place.InInput(i));
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Constant(var value)) fixed.put(node, new Place.InConstant(value));
    }
    fixOutputs();
    // From the last on, because where a sum is decides where its base may be.
    for (Group group : scheduler.groups().reversed()) {
      if (group.kernel() instanceof ScatterKernel scatter) shareWithBase(group, scatter);
      else shareWithOperands(group);
    }
  }

  private void fixOutputs() {
    var inputs = graph.inputs();
    int result = 0;
    for (Output output : graph.outputs()) {
      Place place =
          output.updates().isPresent()
              ? new Place.InInput(inputs.indexOf(output.updates().get()))
              : new Place.InResult(result++);
      if (fixed.get(output.node()) instanceof Place known && known.equals(place)) continue;
      boolean computed = scheduler.writers().containsKey(output.node());
      if (computed && !fixed.containsKey(output.node()) && mayLiveIn(output)) {
        fixed.put(output.node(), place);
      } else if (computed || output.updates().isPresent()) {
        copiedAtEnd.add(output);
      } else {
        copiedAtStart.add(output);
      }
    }
  }

  /// True when the value can be computed right into its output's memory. For an update that is so
  /// when all other readers of the old value can run before, and the writer reads it in step.
  private boolean mayLiveIn(Output output) {
    return output.updates().isEmpty() || mayReplace(output.updates().get(), output.node());
  }

  private boolean mayReplace(Node old, Node value) {
    Group writer = scheduler.writers().get(value);
    if (!Updates.inPlace(writer.kernel(), value, old)) return false;
    if (copiedAtEnd.stream().anyMatch(o -> o.node() == old)) return false;
    for (Group reader : scheduler.readers(old)) {
      if (reader != writer && !scheduler.order(reader, writer)) return false;
    }
    return true;
  }

  /// Computes the base of a scatter where the sums go, if nothing else reads it.
  private void shareWithBase(Group group, ScatterKernel scatter) {
    if (!(scatter.base().op() instanceof ExprOp.Load(int buffer, _, _))) return;
    Node base = scatter.buffers().get(buffer);
    Node sums = scatter.buffers().get(scatter.target());
    if (!isUsedUp(base, group) || !scheduler.readers(base).equals(List.of(group))) return;
    Place place = fixed.get(sums);
    if (place instanceof Place.InInput(int input) && !mayReplace(graph.inputs().get(input), base)) {
      return;
    }
    if (place == null) shared.put(base, sums);
    else fixed.put(base, place);
  }

  /// Computes values where operands lie that are read for the last time, element by element: what
  /// was just read is in the cache.
  private void shareWithOperands(Group group) {
    var free = new ArrayList<>(group.reads());
    free.removeIf(n -> shared.containsKey(n) || !isUsedUp(n, group));
    for (Node value : group.writes()) {
      if (fixed.containsKey(value)) continue;
      for (Node old : free) {
        if (old.type().bytes() == value.type().bytes()
            && old.type().size() == value.type().size()
            && Updates.inPlace(group.kernel(), value, old)) {
          shared.put(old, value);
          free.remove(old);
          break;
        }
      }
    }
  }

  /// Whether no group reads an intermediate value after `group`, in whatever order they run.
  private boolean isUsedUp(Node node, Group group) {
    return scheduler.writers().containsKey(node)
        && !fixed.containsKey(node)
        && !graph.outputNodes().contains(node)
        && scheduler.readers(node).stream()
            .allMatch(reader -> reader == group || scheduler.needs(group, reader));
  }

  private Plan plan(Target target, List<Refusal> refusals) {
    var order = scheduler.schedule();
    var loops = loops(order, target);
    var layout = MemoryPlan.layout(lives(order, loops));
    var places = MemoryPlan.of(layout, fixed, shared).places();
    // A copy may read an input that another copy overwrites, so such values go through the arena.
    long arena = layout.bytes();
    var steps = new ArrayList<Step>();
    var ends = new ArrayList<Step>();
    for (Output output : copiedAtStart) {
      steps.add(copy(places.get(output.node()), place(output), output));
    }
    for (Output output : copiedAtEnd) {
      Place from = places.get(output.node());
      if (from instanceof Place.InInput) {
        var through = new Place.InArena(arena);
        arena += MemoryPlan.align(output.node().type().bytes());
        steps.add(copy(from, through, output));
        from = through;
      }
      ends.add(copy(from, place(output), output));
    }
    for (Group group : order) {
      if (loops.containsKey(group)) {
        steps.add(loops.get(group).step(places::get, layout.offsets().get(group)));
      } else if (group.kernel() instanceof ScanKernel kernel) {
        steps.addAll(LoopPlanner.withoutSteps(kernel, places));
      } else {
        steps.add(new Step.Launch(group));
      }
    }
    steps.addAll(ends);
    return new Plan(graph, target, steps, new MemoryPlan(places, arena), refusals);
  }

  /// The plans of the loops that have steps.
  private static Map<Group, LoopPlanner> loops(List<Group> order, Target target) {
    var loops = new IdentityHashMap<Group, LoopPlanner>();
    for (Group group : order) {
      if (group.kernel() instanceof ScanKernel kernel && kernel.scan().length() > 0) {
        loops.put(group, new LoopPlanner(group, kernel, target));
      }
    }
    return loops;
  }

  private Collection<MemoryPlan.Life> lives(List<Group> order, Map<Group, LoopPlanner> loops) {
    var lives = new LinkedHashMap<Object, MemoryPlan.Life>();
    for (int i = 0; i < order.size(); i++) {
      Group group = order.get(i);
      for (Node node : group.writes()) extend(lives, node, i, i);
      for (Node node : group.reads()) extend(lives, node, i, i);
      if (loops.containsKey(group)) {
        lives.put(group, new MemoryPlan.Life(group, loops.get(group).bytes(), i, i));
      }
    }
    for (Output output : copiedAtEnd) extend(lives, output.node(), 0, order.size());
    return lives.values();
  }

  private void extend(Map<Object, MemoryPlan.Life> lives, Node node, int from, int to) {
    if (shared.containsKey(node)) {
      extend(lives, shared.get(node), from, to);
      return;
    }
    if (fixed.containsKey(node)) return;
    lives.merge(
        node,
        new MemoryPlan.Life(node, node.type().bytes(), from, to),
        (a, b) ->
            new MemoryPlan.Life(
                node, a.bytes(), Math.min(a.from(), b.from()), Math.max(a.to(), b.to())));
  }

  private Place place(Output output) {
    if (output.updates().isPresent()) {
      return new Place.InInput(graph.inputs().indexOf(output.updates().get()));
    }
    var results = graph.outputs().stream().filter(o -> o.updates().isEmpty()).toList();
    return new Place.InResult(results.indexOf(output));
  }

  private static Step copy(Place from, Place to, Output output) {
    return new Step.Copy(from, to, output.node().type().bytes());
  }
}

package io.gatun.graph.testing;

import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Runs a plan as a device would, places and all, with every kernel interpreted: shows mistakes of
/// fusion, order and memory apart from those of a code generator.
public final class PlanInterpreter {
  private final Plan plan;
  private final List<MemorySegment> inputs = new ArrayList<>();
  private final List<MemorySegment> results = new ArrayList<>();
  private final MemorySegment arena;

  private PlanInterpreter(Plan plan, List<NdArray> arguments) {
    this.plan = plan;
    for (NdArray argument : arguments) inputs.add(memory(argument));
    for (var result : plan.results()) {
      results.add(Arena.ofAuto().allocate(Math.max(1, result.node().type().bytes()), 64));
    }
    arena = Arena.ofAuto().allocate(Math.max(1, plan.memory().arenaBytes()), 64);
    arena.fill((byte) 0x7f);
  }

  private static MemorySegment memory(NdArray array) {
    var segment = Arena.ofAuto().allocate(Math.max(1, array.type().bytes()), 64);
    array.copyTo(segment);
    return segment;
  }

  /// The values of the graph's outputs, updates included, in order.
  public static List<NdArray> run(Plan plan, List<NdArray> arguments) {
    var interpreter = new PlanInterpreter(plan, arguments);
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) -> interpreter.launch(group);
        case Step.Copy(Place from, Place to, long bytes) ->
            MemorySegment.copy(interpreter.segment(from), 0, interpreter.segment(to), 0, bytes);
      }
    }
    return interpreter.outputs();
  }

  private void launch(Group group) {
    var buffers = group.kernel().buffers();
    var contents =
        buffers.stream()
            .map(n -> NdArray.of(n.type(), segment(plan.memory().places().get(n))))
            .toList();
    var after = KernelInterpreter.run(group.kernel(), contents);
    for (int i : group.kernel().written()) {
      after.get(i).copyTo(segment(plan.memory().places().get(buffers.get(i))));
    }
  }

  private MemorySegment segment(Place place) {
    return switch (place) {
      case Place.InInput(int index) -> inputs.get(index);
      case Place.InResult(int index) -> results.get(index);
      case Place.InArena(long offset) -> arena.asSlice(offset);
      case Place.InConstant(Literal value) -> value.data();
    };
  }

  private List<NdArray> outputs() {
    var outputs = new ArrayList<NdArray>();
    int result = 0;
    for (var output : plan.graph().outputs()) {
      var memory =
          output.updates().isPresent()
              ? inputs.get(plan.inputs().indexOf(output.updates().get()))
              : results.get(result++);
      outputs.add(NdArray.of(output.node().type(), memory));
    }
    return outputs;
  }
}

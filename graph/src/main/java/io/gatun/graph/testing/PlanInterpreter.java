package io.gatun.graph.testing;

import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
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
  private final List<MemorySegment> inputs;
  private final List<MemorySegment> results;
  private final MemorySegment arena;

  private PlanInterpreter(
      Plan plan, List<MemorySegment> inputs, List<MemorySegment> results, MemorySegment arena) {
    this.plan = plan;
    this.inputs = inputs;
    this.results = results;
    this.arena = arena;
  }

  /// The values of the graph's outputs, updates included, in order.
  public static List<NdArray> run(Plan plan, List<NdArray> arguments) {
    var results = plan.results().stream().map(o -> memory(o.node().type().bytes())).toList();
    var arena = memory(plan.memory().arenaBytes());
    arena.fill((byte) 0x7f);
    var inputs = arguments.stream().map(PlanInterpreter::memory).toList();
    var interpreter = new PlanInterpreter(plan, inputs, results, arena);
    interpreter.run();
    return interpreter.outputs();
  }

  private static MemorySegment memory(long bytes) {
    return Arena.ofAuto().allocate(Math.max(1, bytes), 64);
  }

  private static MemorySegment memory(NdArray array) {
    var segment = memory(array.type().bytes());
    array.copyTo(segment);
    return segment;
  }

  private void run() {
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) -> launch(group);
        case Step.Copy(Place from, Place to, long bytes) ->
            MemorySegment.copy(segment(from), 0, segment(to), 0, bytes);
        case Step.Loop loop -> loop(loop);
      }
    }
  }

  private void loop(Step.Loop loop) {
    var inner = arena.asSlice(loop.arena());
    List<MemorySegment> written = List.of();
    for (int n = 0; n < loop.length(); n++) {
      int iteration = n;
      var before = written;
      var read = loop.arguments().stream().map(t -> segment(t, loop, iteration, before)).toList();
      written = loop.results().stream().map(t -> segment(t, loop, iteration, before)).toList();
      new PlanInterpreter(loop.body(), read, written, inner).run();
    }
  }

  private MemorySegment segment(Track track, Step.Loop loop, int n, List<MemorySegment> written) {
    return switch (track) {
      case Track.Moving(Place place, long start, long stride) ->
          segment(place).asSlice(start + n * stride);
      case Track.Alternating(Place last, Place other) ->
          segment((loop.length() - 1 - n) % 2 == 0 ? last : other);
      case Track.Carried(Place first, int result) -> n == 0 ? segment(first) : written.get(result);
    };
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

package io.gatun.engine.cpu;

import io.gatun.engine.StepObserver;
import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Track;
import java.util.ArrayList;

/// A loop: before each iteration the addresses that move are written into the body's table, then
/// the body's schedule runs. What depends on invariants alone is packed once, before the first.
final class LoopWork implements Work {
  /// An address of the body, as numbers: slot in its table, slot or slots in the outer table.
  private record Moving(int slot, int from, long start, long stride) {}

  private record Alternating(int slot, int last, int other) {}

  private record Carried(int slot, int first, int result) {}

  private final String name;
  private final LoadedPlan body;
  private final LoadedPlan outer;
  private final int length;
  private final Moving[] moving;
  private final Alternating[] alternating;
  private final Carried[] carried;

  /// @param outer the plan that the loop is a step of
  LoopWork(Task.Loop loop, LoadedPlan body, LoadedPlan outer) {
    this.name = loop.name();
    this.body = body;
    this.outer = outer;
    this.length = loop.length();
    var slots = outer.slots();
    var tracks = new ArrayList<>(loop.arguments());
    tracks.addAll(loop.results());
    int results = loop.arguments().size();
    var moves = new ArrayList<Moving>();
    var alternates = new ArrayList<Alternating>();
    var carries = new ArrayList<Carried>();
    for (int slot = 0; slot < tracks.size(); slot++) {
      switch (tracks.get(slot)) {
        case Track.Moving(Place place, long start, long stride) ->
            moves.add(new Moving(slot, slots.get(place), start, stride));
        case Track.Alternating(Place last, Place other) ->
            alternates.add(new Alternating(slot, slots.get(last), slots.get(other)));
        case Track.Carried(Place first, int result) ->
            carries.add(new Carried(slot, slots.get(first), results + result));
      }
    }
    moving = moves.toArray(Moving[]::new);
    alternating = alternates.toArray(Alternating[]::new);
    carried = carries.toArray(Carried[]::new);
  }

  @Override
  public String name() {
    return name;
  }

  /// The schedule of one iteration.
  LoadedPlan body() {
    return body;
  }

  @Override
  public void run() {
    begin();
    body.run();
    for (int iteration = 1; iteration < length; iteration++) {
      advance(iteration);
      body.run();
    }
  }

  /// Runs with an observer of the body's steps.
  void run(StepObserver observer) {
    begin();
    body.run(observer);
    for (int iteration = 1; iteration < length; iteration++) {
      advance(iteration);
      body.run(observer);
    }
  }

  private void begin() {
    for (Moving m : moving) body.bind(m.slot, outer.address(m.from) + m.start);
    for (Carried c : carried) body.bind(c.slot, outer.address(c.first));
    alternate(0);
    body.begin();
  }

  private void advance(int iteration) {
    // First, while the results still lie where the last iteration wrote them.
    for (Carried c : carried) body.bind(c.slot, body.address(c.result));
    for (Moving m : moving) {
      if (m.stride != 0) body.bind(m.slot, body.address(m.slot) + m.stride);
    }
    alternate(iteration);
  }

  private void alternate(int iteration) {
    boolean isLast = (length - 1 - iteration) % 2 == 0;
    for (Alternating a : alternating) {
      body.bind(a.slot, outer.address(isLast ? a.last : a.other));
    }
  }
}

package io.gatun.engine.cpu;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Numbers the places of a plan: slot `i` of the address table that every kernel gets holds the
/// address of place `i`. The caller's inputs come first, then its results, both rewritten on every
/// run; arena values, constants and packed constants follow and are written once.
final class Slots {
  private final Map<Place, Integer> slots = new LinkedHashMap<>();
  private final Plan plan;
  private int workspaces;

  Slots(Plan plan) {
    this.plan = plan;
    for (int i = 0; i < plan.inputs().size(); i++) of(new Place.InInput(i));
    for (int i = 0; i < plan.results().size(); i++) of(new Place.InResult(i));
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(var group) -> group.kernel().buffers().forEach(this::of);
        case Step.Copy(Place from, Place to, _) -> {
          of(from);
          of(to);
        }
        case Step.Loop loop -> {
          loop.arguments().forEach(this::add);
          loop.results().forEach(this::add);
        }
      }
    }
  }

  private void add(Track track) {
    switch (track) {
      case Track.Moving(Place place, _, _) -> of(place);
      case Track.Alternating(Place last, Place other) -> {
        of(last);
        of(other);
      }
      case Track.Carried(Place first, _) -> of(first);
    }
  }

  /// The slot of a place, a new one if it has none.
  int of(Place place) {
    return slots.computeIfAbsent(place, _ -> slots.size());
  }

  private int of(Node node) {
    return of(plan.memory().places().get(node));
  }

  /// The slot of each buffer of a kernel; buffers that share memory share a slot.
  int[] of(Kernel kernel) {
    return kernel.buffers().stream().mapToInt(this::of).toArray();
  }

  /// Makes room for more slots behind all others, for memory that is not a place of the plan.
  void add(int count) {
    workspaces += count;
  }

  /// Number of slots.
  int size() {
    return slots.size() + workspaces;
  }

  List<Place> places() {
    return List.copyOf(slots.keySet());
  }
}

package io.gatun.engine.cpu;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Numbers the places of a plan: slot `i` of its address table holds the address of place `i`. The
/// caller's inputs come first, then its results, both rewritten on every run; then come arena
/// values and constants, which are written once.
///
/// Behind them each kernel has a window of the table, all that it is shown: the addresses of its
/// buffers once more, then those of its workspaces. So kernels that do the same to other buffers
/// are the same code.
final class Slots {
  /// The part of the table that a kernel sees.
  ///
  /// @param start slot of its first entry
  /// @param buffers entry of each of the kernel's buffers; buffers that share memory share one
  /// @param workspaces its entries from this one on are for workspaces
  record Window(int start, List<Integer> buffers, int workspaces) {
    int[] entries() {
      return buffers.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private final Map<Place, Integer> slots = new LinkedHashMap<>();
  private final Map<Integer, List<Integer>> copies = new HashMap<>();
  private final Plan plan;
  private int size;

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
    return slots.computeIfAbsent(place, _ -> size++);
  }

  private int of(Node node) {
    return of(plan.memory().places().get(node));
  }

  /// The slot of each buffer of a kernel; buffers that share memory share a slot.
  int[] of(Kernel kernel) {
    return kernel.buffers().stream().mapToInt(this::of).toArray();
  }

  /// A new window for a kernel, so far without workspaces.
  Window window(Kernel kernel) {
    int start = size;
    var entries = new LinkedHashMap<Integer, Integer>();
    var buffers = new ArrayList<Integer>();
    for (int slot : of(kernel)) {
      int entry = entries.computeIfAbsent(slot, _ -> entries.size());
      if (entry == size - start) {
        copies.computeIfAbsent(slot, _ -> new ArrayList<>()).add(size++);
      }
      buffers.add(entry);
    }
    return new Window(start, List.copyOf(buffers), size - start);
  }

  /// Adds workspaces to the window that was made last.
  void add(int count) {
    size += count;
  }

  /// Number of slots.
  int size() {
    return size;
  }

  /// For each place the slots of windows that hold its address too.
  List<List<Integer>> copies() {
    return slots.values().stream().map(slot -> copies.getOrDefault(slot, List.of())).toList();
  }

  /// What lies at the first slots.
  List<Place> places() {
    return List.copyOf(slots.keySet());
  }
}

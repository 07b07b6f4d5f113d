package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The place of every stored value, and the bytes of the arena that holds the intermediate ones.
/// Two values that live at the same time never overlap.
public record MemoryPlan(Map<Node, Place> places, long arenaBytes) {
  /// Bytes to which every value in the arena is aligned: a cache line, a full vector register.
  public static final int ALIGNMENT = 64;

  public MemoryPlan {
    places = Map.copyOf(places);
  }

  /// A value and the steps, first and last, between which it lives.
  record Life(Node node, int from, int to) {
    boolean meets(Life other) {
      return from <= other.to && other.from <= to;
    }

    long bytes() {
      return node.type().bytes();
    }
  }

  /// Offsets for values with these lifetimes, large ones first, each at the lowest free offset; the
  /// values in `fixed` have their places already.
  static MemoryPlan of(List<Life> lives, Map<Node, Place> fixed) {
    var sorted = new ArrayList<>(lives);
    sorted.sort(Comparator.comparingLong((Life l) -> -l.bytes()).thenComparingInt(Life::from));
    var placed = new ArrayList<Life>();
    var offsets = new HashMap<Node, Long>();
    long peak = 0;
    for (Life life : sorted) {
      long offset = 0;
      var neighbours =
          placed.stream()
              .filter(life::meets)
              .sorted(Comparator.comparingLong((Life l) -> offsets.get(l.node())))
              .toList();
      for (Life other : neighbours) {
        long start = offsets.get(other.node());
        if (offset + life.bytes() <= start) break;
        offset = Math.max(offset, align(start + other.bytes()));
      }
      offsets.put(life.node(), offset);
      placed.add(life);
      peak = Math.max(peak, offset + life.bytes());
    }
    var places = new HashMap<>(fixed);
    offsets.forEach((node, offset) -> places.put(node, new Place.InArena(offset)));
    return new MemoryPlan(places, align(peak));
  }

  /// The same with each key of `shared` in the place of its value.
  MemoryPlan sharing(Map<Node, Node> shared) {
    if (shared.isEmpty()) return this;
    var all = new HashMap<>(places);
    for (Node node : shared.keySet()) {
      Node holder = node;
      while (shared.containsKey(holder)) holder = shared.get(holder);
      all.put(node, places.get(holder));
    }
    return new MemoryPlan(all, arenaBytes);
  }

  static long align(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}

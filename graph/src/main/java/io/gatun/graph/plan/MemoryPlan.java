package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// The place of every stored value, and the bytes of the arena that holds the intermediate ones.
/// Two values that live at the same time never overlap.
public record MemoryPlan(Map<Node, Place> places, long arenaBytes) {
  /// Bytes to which every value in the arena is aligned: a cache line, a full vector register.
  public static final int ALIGNMENT = 64;

  public MemoryPlan {
    places = Map.copyOf(places);
  }

  /// Memory of a value, or of a loop, and the steps, first and last, between which it lives.
  record Life(Object owner, long bytes, int from, int to) {
    boolean meets(Life other) {
      return from <= other.to && other.from <= to;
    }
  }

  /// Offsets in an arena by owner, and the bytes it needs.
  record Layout(Map<Object, Long> offsets, long bytes) {}

  /// Offsets for these lives, large ones first, each at the lowest free offset.
  static Layout layout(Collection<Life> lives) {
    var sorted = new ArrayList<>(lives);
    sorted.sort(Comparator.comparingLong((Life l) -> -l.bytes()).thenComparingInt(Life::from));
    var placed = new ArrayList<Life>();
    var offsets = new HashMap<Object, Long>();
    long peak = 0;
    for (Life life : sorted) {
      long offset = 0;
      var neighbours =
          placed.stream()
              .filter(life::meets)
              .sorted(Comparator.comparingLong((Life l) -> offsets.get(l.owner())))
              .toList();
      for (Life other : neighbours) {
        long start = offsets.get(other.owner());
        if (offset + life.bytes() <= start) break;
        offset = Math.max(offset, align(start + other.bytes()));
      }
      offsets.put(life.owner(), offset);
      placed.add(life);
      peak = Math.max(peak, offset + life.bytes());
    }
    return new Layout(offsets, align(peak));
  }

  /// The places of `fixed` and of the nodes of a layout; each key of `shared` is in the place of
  /// its value.
  static MemoryPlan of(Layout layout, Map<Node, Place> fixed, Map<Node, Node> shared) {
    var places = new HashMap<>(fixed);
    layout
        .offsets()
        .forEach(
            (owner, offset) -> {
              if (owner instanceof Node node) places.put(node, new Place.InArena(offset));
            });
    for (Node node : shared.keySet()) {
      Node holder = node;
      while (shared.containsKey(holder)) holder = shared.get(holder);
      places.put(node, places.get(holder));
    }
    return new MemoryPlan(places, layout.bytes());
  }

  static long align(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}

package io.gatun.engine.cuda;

import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The places of a plan by number, and the device address of each. A plan and the body of each loop
/// have places of their own.
final class Places {
  private final Plan plan;
  private final Map<Place, Integer> numbers = new LinkedHashMap<>();
  private final Predicate<Place> isAligned;
  private final long[] addresses;

  /// @param isAligned which of the plan's inputs and results start at multiples of 16 bytes
  Places(Plan plan, Predicate<Place> isAligned) {
    this.plan = plan;
    this.isAligned = isAligned;
    for (int i = 0; i < plan.inputs().size(); i++) add(new Place.InInput(i));
    for (int i = 0; i < plan.results().size(); i++) add(new Place.InResult(i));
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(var group) -> group.kernel().buffers().forEach(n -> add(place(n)));
        case Step.Copy(Place from, Place to, _) -> {
          add(from);
          add(to);
        }
        case Step.Loop loop -> {
          loop.arguments().forEach(this::add);
          loop.results().forEach(this::add);
        }
      }
    }
    addresses = new long[numbers.size()];
  }

  private void add(Place place) {
    numbers.putIfAbsent(place, numbers.size());
  }

  private void add(Track track) {
    switch (track) {
      case Track.Moving(Place place, _, _) -> add(place);
      case Track.Alternating(Place last, Place other) -> {
        add(last);
        add(other);
      }
      case Track.Carried(Place first, _) -> add(first);
    }
  }

  /// The place of a stored value.
  Place place(Node node) {
    return plan.memory().places().get(node);
  }

  /// All places, in the order of their numbers: inputs, results, others.
  List<Place> all() {
    return List.copyOf(numbers.keySet());
  }

  int number(Place place) {
    return numbers.get(place);
  }

  int number(Node node) {
    return number(place(node));
  }

  long address(int number) {
    return addresses[number];
  }

  long address(Place place) {
    return addresses[number(place)];
  }

  void bind(int number, long address) {
    addresses[number] = address;
  }

  /// Whether what lies at a place starts at a multiple of 16 bytes.
  boolean isAligned(Place place) {
    return switch (place) {
      case Place.InArena _, Place.InConstant _ -> true;
      case Place.InInput _, Place.InResult _ -> isAligned.test(place);
    };
  }

  /// Which inputs and results of a loop's body are aligned in each iteration.
  Predicate<Place> alignmentOfBody(Step.Loop loop) {
    var aligned = new HashMap<Place, Boolean>();
    for (int i = 0; i < loop.results().size(); i++) {
      aligned.put(new Place.InResult(i), isAligned(loop, loop.results().get(i)));
    }
    for (int i = 0; i < loop.arguments().size(); i++) {
      aligned.put(new Place.InInput(i), isAligned(loop, loop.arguments().get(i)));
    }
    return aligned::get;
  }

  private boolean isAligned(Step.Loop loop, Track track) {
    return switch (track) {
      case Track.Moving(Place place, long start, long stride) ->
          isAligned(place) && start % 16 == 0 && stride % 16 == 0;
      case Track.Alternating(Place last, Place other) -> isAligned(last) && isAligned(other);
      case Track.Carried(Place first, int result) ->
          isAligned(first) && isAligned(loop, loop.results().get(result));
    };
  }
}

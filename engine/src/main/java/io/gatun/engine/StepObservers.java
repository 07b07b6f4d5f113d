package io.gatun.engine;

import java.util.List;
import java.util.Optional;

/// Observers that are told one after the other.
record StepObservers(List<StepObserver> all) implements StepObserver {
  StepObservers {
    all = List.copyOf(all);
  }

  @Override
  public void before(int step, Memory memory) {
    for (var observer : all) observer.before(step, memory);
  }

  @Override
  public Optional<StepObserver> inside(int step) {
    var inside = all.stream().flatMap(o -> o.inside(step).stream()).toList();
    return inside.isEmpty() ? Optional.empty() : Optional.of(StepObserver.all(inside));
  }

  @Override
  public void after(int step, Memory memory) {
    for (var observer : all.reversed()) observer.after(step, memory);
  }
}

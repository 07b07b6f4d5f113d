package io.gatun.engine;

import io.gatun.graph.plan.Plan;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An executable whose steps are timed, checked, or both, as the options say; the times are told
/// when it is closed.
final class WatchedExecutable implements Executable {
  private final String name;
  private final Executable watched;
  private final StepTimes times;
  private final List<StepObserver> observers = new ArrayList<>();
  private final DebugOptions options;
  private final PrintStream log;
  private boolean closed;

  WatchedExecutable(String name, Executable watched, DebugOptions options, PrintStream log) {
    this.name = name;
    this.watched = watched;
    this.options = options;
    this.log = log;
    times = new StepTimes(watched.plan());
    if (options.validate()) observers.add(new StepCheck(name, watched.plan()));
    observers.add(times);
  }

  @Override
  public Plan plan() {
    return watched.plan();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results) {
    run(inputs, results, all());
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    watched.run(inputs, results, observer);
  }

  /// The check outside of the times, so that it is not timed.
  private StepObserver all() {
    return new Observers(observers);
  }

  private record Observers(List<StepObserver> all) implements StepObserver {
    @Override
    public void before(int step, Memory memory) {
      for (var observer : all) observer.before(step, memory);
    }

    @Override
    public Optional<StepObserver> inside(int step) {
      var inside = all.stream().flatMap(o -> o.inside(step).stream()).toList();
      return inside.isEmpty() ? Optional.empty() : Optional.of(new Observers(inside));
    }

    @Override
    public void after(int step, Memory memory) {
      for (var observer : all.reversed()) observer.after(step, memory);
    }
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    if (options.level() >= 2) {
      log.println("--- times of \"" + name + "\"");
      log.print(times.text());
      log.flush();
    }
    watched.close();
  }
}

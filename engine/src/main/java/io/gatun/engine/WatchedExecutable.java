package io.gatun.engine;

import io.gatun.engine.profile.Roofline;
import io.gatun.engine.profile.StepTimes;
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
  public List<String> launches() {
    return watched.launches();
  }

  @Override
  public Signature signature() {
    return watched.signature();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results) {
    run(inputs, results, all());
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    watched.run(inputs, results, observer);
  }

  @Override
  public Optional<Roofline> roofline() {
    return watched.roofline();
  }

  /// The check outside of the times, so that it is not timed.
  private StepObserver all() {
    return StepObserver.all(observers);
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    if (options.level() >= 2) {
      log.println("--- times of \"" + name + "\"");
      log.print(times.profile(watched.roofline()).text());
      log.flush();
    }
    watched.close();
  }
}

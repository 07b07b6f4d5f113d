package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.engine.Arguments;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// A plan on a GPU: compiled kernels, one block of device memory, and the whole schedule as one
/// CUDA graph for the addresses of its arguments; see [ReplayGraphs].
///
/// Tensors that the GPU reaches are used where they are. Those in plain host memory are copied to
/// memory of the executable's before a run, results and updated inputs back after it.
final class CudaExecutable implements Executable {
  /// That a message lists.
  private static final int MOST_STEPS = 10;

  private final CudaDevice device;
  private final CudaDriver driver;
  private final String program;
  private final Work.Schedule schedule;
  private final Plan plan;
  private final Arguments arguments;
  private final Runnable release;
  private final ArgumentMemory argumentMemory;
  private final ReplayGraphs graphs;
  private boolean closed;

  /// @param program its name, for messages
  /// @param release gives back the memory of the plan, called with the device's context current
  CudaExecutable(
      CudaDevice device,
      String program,
      Work.Schedule schedule,
      Plan plan,
      Runnable release,
      String needs) {
    this.device = device;
    this.driver = device.driver();
    this.program = program;
    this.schedule = schedule;
    this.plan = plan;
    this.release = release;
    graphs =
        new ReplayGraphs(driver, device.stream(), () -> schedule.enqueue(driver, device.stream()));
    arguments = new Arguments(plan);
    argumentMemory = new ArgumentMemory(device, plan, needs);
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public List<String> launches() {
    return schedule.steps();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results) {
    run(inputs, results, this::launch, this::withSteps);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    run(inputs, results, () -> watch(schedule, observer), named -> named);
  }

  private void run(
      List<Tensor> inputs,
      List<Tensor> results,
      Runnable work,
      UnaryOperator<CudaException> explained) {
    checkOpen();
    arguments.check(inputs, results);
    device.call(
        "run",
        () -> {
          argumentMemory.enter(schedule.places(), inputs, results);
          try {
            work.run();
            argumentMemory.leave(inputs, results);
            driver.synchronize(device.stream());
          } catch (CudaException e) {
            throw explained.apply(e);
          }
          return true;
        });
  }

  /// The error with the steps whose kernel it names, or, where the GPU does not say which kernel
  /// failed, with all that may have.
  private CudaException withSteps(CudaException error) {
    var steps = schedule.stepsNamedIn(error.getMessage());
    if (!steps.isEmpty()) return error.at(String.join(" or ", steps));
    return error.isSticky() ? error.at(anyStep()) : error;
  }

  private String anyStep() {
    var steps = schedule.steps();
    var first = String.join("; ", steps.subList(0, Math.min(MOST_STEPS, steps.size())));
    return "a launch of program \"%s\", which runs as one (%s%s; set GATUN_DEBUG=2 to make each launch by itself, wait for it, and name the one that fails)"
        .formatted(
            program,
            first,
            steps.size() > MOST_STEPS ? "; and %d more".formatted(steps.size() - MOST_STEPS) : "");
  }

  private void checkOpen() {
    if (closed) throw new EngineException("run: the executable is closed");
  }

  // --- the graph

  private void launch() {
    if (!schedule.isCapturable()) {
      schedule.enqueue(driver, device.stream());
      return;
    }
    if (schedule.entries().isEmpty()) return;
    long[] addresses = new long[argumentMemory.count()];
    Arrays.setAll(addresses, schedule.places()::address);
    driver.launch(graphs.of(addresses), device.stream());
  }

  // --- step by step

  private void watch(Work.Schedule watched, StepObserver observer) {
    var transfer = new Transfer(driver, device.stream());
    StepObserver.Memory contents =
        (Place place, long bytes) -> transfer.read(watched.places().address(place), bytes);
    int next = 0;
    for (int step = 0; step < watched.ends().size(); step++) {
      observer.before(step, contents);
      var inside = observer.inside(step);
      for (; next < watched.ends().get(step); next++) {
        var entry = watched.entries().get(next);
        try {
          if (entry instanceof Work.Loop loop && inside.isPresent()) watch(loop, inside.get());
          else entry.enqueue(driver, device.stream());
          driver.synchronize(device.stream());
        } catch (CudaException e) {
          throw e.at("step " + step + ", " + entry.description());
        }
      }
      observer.after(step, contents);
    }
  }

  private void watch(Work.Loop loop, StepObserver observer) {
    for (int iteration = 0; iteration < loop.loop().length(); iteration++) {
      loop.place(iteration);
      watch(loop.body(), observer);
    }
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    device.release(
        () -> {
          graphs.close();
          argumentMemory.free();
          release.run();
        });
  }
}

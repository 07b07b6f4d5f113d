package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.Program;
import io.gatun.engine.Tensor;
import io.gatun.engine.train.BatchMemory;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Callback;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A step costs no allocation on the training thread, whatever the device does.
class AllocationTest {
  private static final int STEPS = 20_000;

  /// Runs nothing, and counts.
  private static final class Idle implements Device {
    private long runs;

    @Override
    public String name() {
      return "idle";
    }

    @Override
    public Target target() {
      return Target.reference();
    }

    @Override
    public Executable load(Plan plan) {
      return new Executable() {
        @Override
        public Plan plan() {
          return plan;
        }

        @Override
        public void run(List<Tensor> inputs, List<Tensor> results) {
          runs++;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }

  @Test
  void stepsAllocateNothing() {
    var device = new Idle();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var graphs = new TrainingGraphs(ModelTest.classifier(), ModelTest.compilation(1));
    try (var variables = Variables.zeros(graphs.variables(), device);
        var program = new Program("train", device, graphs::train);
        var runner = new Runner(program, variables, graphs.batchNames());
        var batches = Batches.shuffled(ModelTest.blobs(64, 2), 8, 1, 0)) {
      var learner =
          new ModelLearner(
              BatchMemory.HOST,
              graphs,
              graphs.sums(graphs.signature().outputs()),
              variables,
              runner,
              runner,
              runner);
      for (int i = 0; i < STEPS; i++) learner.train(batches.next());
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < STEPS; i++) learner.train(batches.next());
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(bytes < STEPS, bytes + " bytes in " + STEPS + " steps");
      assertEquals(2L * STEPS, device.runs);
    }
  }

  /// Bytes allocated by the training thread from step to step.
  private static final class AllocationMeter implements Callback {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long[] bytes = new long[STEPS];
    private int steps;

    @Override
    public boolean wantsSteps() {
      return true;
    }

    @Override
    public void stepEnded(long step, Control control) {
      bytes[steps++] = threads.getCurrentThreadAllocatedBytes();
    }

    /// Steps in the second half after which more had been allocated than before.
    long allocating() {
      return IntStream.range(STEPS / 2, STEPS).filter(i -> bytes[i] != bytes[i - 1]).count();
    }
  }

  /// The loop itself allocates for its reports only, of which there are a hundred in an epoch and
  /// four in a second.
  @Test
  void theLoopAllocatesNothingBetweenReports() {
    var meter = new AllocationMeter();
    try (var model = ModelTest.classifier().compile(new Idle(), ModelTest.compilation(1))) {
      var options = FitOptions.epochs(1).withBatchSize(1).withCallback(meter);
      var history = model.fit(ModelTest.blobs(STEPS, 2), options);
      int reports = history.losses().size(); // the idle device counts no steps: all of the epoch
      assertEquals(STEPS, meter.steps);
      assertTrue(meter.allocating() <= reports, meter.allocating() + " of " + reports);
    }
  }
}

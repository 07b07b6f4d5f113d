package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.Program;
import io.gatun.engine.Tensor;
import io.gatun.engine.train.Batches;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import java.lang.management.ManagementFactory;
import java.util.List;
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
    try (var variables = Variables.zeros(graphs.variables());
        var program = new Program("train", device, graphs::train);
        var runner = new Runner(program, variables, graphs.batchNames());
        var batches = Batches.shuffled(ModelTest.blobs(64, 2), 8, 1, 0)) {
      var learner = new ModelLearner(graphs, graphs.sums(), variables, runner, runner, runner);
      for (int i = 0; i < STEPS; i++) learner.train(batches.next());
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < STEPS; i++) learner.train(batches.next());
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(bytes < STEPS, bytes + " bytes in " + STEPS + " steps");
      assertEquals(2L * STEPS, device.runs);
    }
  }
}

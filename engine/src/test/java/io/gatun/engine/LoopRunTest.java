package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gatun.engine.cpu.CpuDevice;
import io.gatun.engine.cpu.ThreadPool;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Step;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training step of a gated recurrent network over characters on the CPU: loops in both
/// directions whose weights are packed before they begin.
class LoopRunTest {
  private static final int TIME = 6;
  private static final int BATCH = 33;
  private static final int HIDDEN = 40;
  private static final int WORDS = 11;
  private static final int RUNS = 300;

  @TempDir Path folder;

  private static Graph step() {
    var t = new Tracer();
    var words = t.input("words", TensorType.of(DType.I32, TIME, BATCH));
    var table = t.input("table", TensorType.f32(WORDS, 7));
    var w = t.input("w", TensorType.f32(7, 2 * HIDDEN));
    var u = t.input("u", TensorType.f32(HIDDEN, 2 * HIDDEN));
    var start = t.input("start", TensorType.f32(BATCH, HIDDEN));
    var run =
        Recurrence.scan(
            List.of(start),
            List.of(table.take(words, 0).matmul(w)),
            (carry, slice) -> {
              var sum = slice.get(0).add(carry.get(0).matmul(u));
              var gate = sum.slice(1, 0, HIDDEN).sigmoid();
              var next = sum.slice(1, HIDDEN, 2 * HIDDEN).tanh();
              return Recurrence.Step.of(next.add(gate.mul(carry.get(0).sub(next))));
            });
    var loss = run.outputs().get(0).square().mean().add(run.carries().get(0).sum());
    var wrt = List.of(table, w, u, start);
    var gradients = Gradient.of(loss, wrt);
    t.output("loss", loss);
    t.output("last", run.carries().get(0));
    for (int i = 0; i < wrt.size(); i++) t.output("d" + i, gradients.get(i));
    return t.graph();
  }

  private static List<NdArray> arguments(Graph graph) {
    var random = new Random(3);
    return graph.inputTypes().stream()
        .map(
            type ->
                type.dtype() == DType.I32
                    ? NdArray.ofLongs(type, _ -> random.nextInt(WORDS))
                    : NdArray.of(type, _ -> (float) (0.3 * random.nextGaussian())))
        .toList();
  }

  /// Tensors for a run, closed together.
  private record Tensors(List<Tensor> inputs, List<Tensor> results) implements AutoCloseable {
    static Tensors of(Executable executable, List<NdArray> arguments) {
      var inputs = new ArrayList<Tensor>();
      for (NdArray array : arguments) inputs.add(Tensor.of("input", array));
      var results = new ArrayList<Tensor>();
      for (var output : executable.plan().results()) {
        results.add(Tensor.allocate(output.name(), output.node().type()));
      }
      return new Tensors(inputs, results);
    }

    @Override
    public void close() {
      inputs.forEach(Tensor::close);
      results.forEach(Tensor::close);
    }
  }

  private static List<float[]> run(int threads) {
    var graph = step();
    try (var device = new CpuDevice(new ThreadPool(threads));
        var executable = device.load(Compiler.compile(graph, device.target()));
        var tensors = Tensors.of(executable, arguments(graph))) {
      // Twice: what is packed before a loop is packed anew in each run.
      executable.run(tensors.inputs(), tensors.results());
      executable.run(tensors.inputs(), tensors.results());
      return tensors.results().stream().map(Tensor::toFloats).toList();
    }
  }

  @Test
  void theResultIsThatOfTheReferenceWhateverTheThreads() {
    var want = step().evaluate(arguments(step()));
    var one = run(1);
    var three = run(3);
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(one.get(i), three.get(i));
      for (int j = 0; j < want.get(i).size(); j++) {
        double w = want.get(i).at(j);
        assertEquals(w, one.get(i)[j], 1e-4 * Math.max(1, Math.abs(w)), "output " + i);
      }
    }
  }

  @Test
  void weightsThatChangeBetweenRunsArePackedAgain() {
    var graph = step();
    try (var device = Devices.open("cpu");
        var executable = device.load(Compiler.compile(graph, device.target()));
        var tensors = Tensors.of(executable, arguments(graph))) {
      executable.run(tensors.inputs(), tensors.results());
      var before = tensors.results().get(1).toFloats();
      tensors.inputs().get(3).data().fill((byte) 0);
      executable.run(tensors.inputs(), tensors.results());
      var zeroed = new ArrayList<>(arguments(graph));
      zeroed.set(3, NdArray.of(zeroed.get(3).type(), _ -> 0));
      var want = graph.evaluate(zeroed).get(1);
      boolean changed = false;
      for (int i = 0; i < want.size(); i++) {
        float got = tensors.results().get(1).toFloats()[i];
        assertEquals(want.at(i), got, 1e-5);
        changed |= Math.abs(got - before[i]) > 1e-3;
      }
      assertTrue(changed);
    }
  }

  @Test
  void runsAllocateNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var graph = step();
    try (var device = new CpuDevice(new ThreadPool(1));
        var executable = device.load(Compiler.compile(graph, device.target()));
        var tensors = Tensors.of(executable, arguments(graph))) {
      assertTrue(executable.plan().steps().stream().anyMatch(Step.Loop.class::isInstance));
      long bytes = Long.MAX_VALUE;
      // Until the JIT compiler has removed what the interpreter allocates.
      for (int round = 0; round < 200 && bytes >= RUNS; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS; i++) executable.run(tensors.inputs(), tensors.results());
        bytes = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(bytes < RUNS, bytes + " bytes in " + RUNS + " runs");
    }
  }

  @Test
  void stepsInsideOfLoopsAreCheckedTimedAndDumped() {
    var options = new DebugOptions(2, Optional.of(folder), true);
    var text = new ByteArrayOutputStream();
    var log = new PrintStream(text, true, StandardCharsets.UTF_8);
    var graph = step();
    try (var device = Devices.open("cpu");
        var executable = new Loading(options, log).load("gates", graph, device);
        var tensors = Tensors.of(executable, arguments(graph))) {
      executable.run(tensors.inputs(), tensors.results());
    }
    var told = text.toString(StandardCharsets.UTF_8);
    assertTrue(told.contains("loop of 6: 2 kernels, 1 copy each"), told);
    assertTrue(told.contains("\n    step 1  contract m<33 n<80 k<40"), told);
    var timed = Pattern.compile(" GB/s .*      step 1  contract m<33 n<80 k<40");
    assertTrue(timed.matcher(told).find(), told);
    assertTrue(Files.exists(folder.resolve("gates/kernels/02-00.txt")));
  }

  @Test
  void aStateThatIsUpdatedGoesOnWhereTheLastRunEnded() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(4, 2));
    Value state = t.input("state", TensorType.f32(2));
    var run =
        Recurrence.scan(
            List.of(state), List.of(x), (c, s) -> Recurrence.Step.of(c.get(0).add(s.get(0))));
    t.update(state, run.carries().get(0));
    t.output("all", run.outputs().get(0));
    var graph = t.graph();
    try (var device = Devices.open("cpu");
        var executable = device.load(Compiler.compile(graph, Target.cpu()));
        var in = Tensor.of("x", TensorType.f32(4, 2), 1, 2, 1, 2, 1, 2, 1, 2);
        var kept = Tensor.of("state", TensorType.f32(2), 0, 0);
        var all = Tensor.allocate("all", TensorType.f32(4, 2))) {
      for (int i = 1; i <= 3; i++) {
        executable.run(List.of(in, kept), List.of(all));
        assertArrayEquals(new float[] {4 * i, 8 * i}, kept.toFloats());
      }
    }
  }
}

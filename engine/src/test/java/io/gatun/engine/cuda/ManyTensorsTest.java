package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Clipping;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Precision;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.nn.optimizer.RmsProp;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.kernel.LoopPattern;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.ExecutionMode;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Steps of optimizers and norms of gradients over many tensors in one launch, on a virtual GPU
/// that checks every access, against the CPU device.
///
/// Parameters and what the optimizer keeps are as on the CPU after two steps, within 1e-5, and
/// where products are of f16, whose sums round otherwise in another order, within 2e-4.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyTensorsTest {
  private static final int CLASSES = 10;
  private static final Precision FULL = new Precision.Full();
  private static final Precision MIXED = new Precision.Mixed(DType.F16);
  private static final Clipping CLIPPED = new Clipping.ByGlobalNorm(0.5);

  private WatchedDriver watched;
  private CudaDevice device;

  @BeforeAll
  void open() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    watched = WatchedDriver.virtual(ExecutionMode.CHECKED);
    device = watched.device();
  }

  @AfterAll
  void close() {
    if (device != null) device.close();
  }

  /// @param updates launches that write parameters and what the optimizer keeps
  /// @param folds launches that fold gradients
  private record Case(
      String name,
      Sequential network,
      Optimizer optimizer,
      Clipping clipping,
      Precision precision,
      int updates,
      int folds) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Sequential mlp() {
    return Sequential.of(
        TensorType.f32(37), Dense.of(61, Activation.RELU), Dense.of(31), Dense.of(CLASSES));
  }

  private static Sequential transformer() {
    return Sequential.of(
        TensorType.of(DType.I32, 8),
        Embedding.of(CLASSES, 16),
        TransformerBlock.decoder(2, 32),
        LayerNorm.of(),
        Dense.of(CLASSES));
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case("adam", mlp(), Adam.of(), CLIPPED, FULL, 1, 1),
        // What decays and what does not are two programs.
        new Case("adamw", mlp(), AdamW.of(), CLIPPED, FULL, 2, 1),
        new Case("momentum", mlp(), new Sgd(0.1, 0.9, false), CLIPPED, FULL, 1, 1),
        new Case("nesterov", mlp(), new Sgd(0.1, 0.9, true), CLIPPED, FULL, 1, 1),
        new Case("rmsprop", mlp(), RmsProp.of(0.001), CLIPPED, FULL, 1, 1),
        // Biases' gradients are unscaled where they are folded, kernels' where they are computed.
        new Case("mixed", mlp(), Adam.of(), CLIPPED, MIXED, 1, 2),
        new Case("unclipped", mlp(), Adam.of(), new Clipping.None(), MIXED, 1, 2),
        new Case("transformer", transformer(), AdamW.of(), CLIPPED, FULL, 2, 1),
        new Case("mixed transformer", transformer(), Adam.of(), CLIPPED, MIXED, 1, 2));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneLaunchUpdatesAllParameters(Case test) {
    var loss = new SparseCategoricalCrossEntropy(true);
    var compilation =
        Compilation.of(test.optimizer, loss)
            .withClipping(test.clipping)
            .withPrecision(test.precision)
            .withSeed(3);
    double tolerance = test.precision == FULL ? 1e-5 : 2e-4;
    var input = test.network.input();
    var target = input.dtype() == DType.I32 ? input : TensorType.of(DType.I32);
    try (Device cpu = Devices.open("cpu");
        var x = filled("x", input, 1);
        var y = filled("y", target, 2);
        var expected = test.network.compile(cpu, compilation);
        var actual = test.network.compile(device, compilation);
        var batches = Batches.inOrder(Dataset.of(x, y), 4);
        var same = Batches.inOrder(Dataset.of(x, y), 4)) {
      var plan = Compiler.compile(actual.trainingGraph(4, target), device.target());
      assertEquals(test.updates, updates(plan), "steps that write parameters");
      watched.reset();
      for (int step = 0; step < 2; step++) {
        actual.learner().train(batches.next());
        expected.learner().train(same.next());
        if (step == 0) check(test, plan);
      }
      for (var name : expected.variableNames()) {
        if (expected.variable(name).type().dtype() != DType.F32) continue;
        assertArrayEquals(
            expected.variable(name).toFloats(),
            actual.variable(name).toFloats(),
            (float) tolerance,
            name);
      }
    }
  }

  /// What runs many tensors is one launch.
  private void check(Case test, Plan plan) {
    assertEquals(maps(plan), launches("map_tensors"));
    assertEquals(test.folds, launches("fold_tensors"));
    assertTrue(launches("finish_tensors") <= test.folds, "one joins the parts of all tensors");
  }

  private static long maps(Plan plan) {
    return plan.groups().stream()
        .filter(
            group ->
                group.kernel() instanceof LoopsKernel loops
                    && LoopPattern.of(loops.loops().getFirst()).orElseThrow().isMap())
        .count();
  }

  private long launches(String kernel) {
    return watched.launched().stream().filter(name -> name.startsWith(kernel)).count();
  }

  /// How many steps write parameters or what the optimizer keeps of them.
  private static long updates(Plan plan) {
    return plan.steps().stream().filter(step -> isUpdate(plan, step)).count();
  }

  private static boolean isUpdate(Plan plan, Step step) {
    return step instanceof Step.Launch(var group)
        && group.writes().stream()
            .map(node -> plan.memory().places().get(node))
            .anyMatch(
                place ->
                    place instanceof Place.InInput(int input)
                        && plan.inputs().get(input).op() instanceof Input(String name, _)
                        && !name.startsWith("train:"));
  }

  /// Two batches of four samples.
  private static Tensor filled(String name, TensorType each, int seed) {
    var random = new SplittableRandom(seed);
    var dims = new ArrayList<>(List.of(8));
    dims.addAll(each.shape().dims());
    var tensor = Tensor.allocate(name, new TensorType(each.dtype(), new Shape(dims)));
    for (long i = 0; i < tensor.type().size(); i++) {
      if (each.dtype() == DType.I32) {
        tensor.data().setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(CLASSES));
      } else {
        tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      }
    }
    return tensor;
  }

  // --- sizes

  private static final List<Integer> SIZES = List.of(7919, 1, 0, 70_001, 65_536, 3, 1);

  /// A step of Adam for parameters of these sizes, the gradients given.
  private static Graph step(List<Integer> sizes) {
    var tracer = new Tracer();
    var parameters = inputs(tracer, "p", sizes);
    var gradients = new Clipping.ByGlobalNorm(1).of(inputs(tracer, "g", sizes));
    var first = inputs(tracer, "m", sizes);
    var second = inputs(tracer, "v", sizes);
    var number = tracer.input("step", TensorType.of(DType.I64));
    var shared = new Optimizer.Step(number, tracer.scalar(DType.F32, 0.01));
    for (int i = 0; i < sizes.size(); i++) {
      var slots = List.of(first.get(i), second.get(i));
      var next = Adam.of().update(parameters.get(i), gradients.get(i), slots, shared);
      tracer.update(parameters.get(i), next.parameter());
      for (int s = 0; s < 2; s++) tracer.update(slots.get(s), next.slots().get(s));
    }
    return tracer.graph();
  }

  private static List<Value> inputs(Tracer tracer, String name, List<Integer> sizes) {
    var inputs = new ArrayList<Value>();
    for (int i = 0; i < sizes.size(); i++) {
      inputs.add(tracer.input(name + i, TensorType.f32(sizes.get(i))));
    }
    return inputs;
  }

  /// Seeded numbers, those of `v` not negative, and step 5.
  private static List<Tensor> tensors(Plan plan) {
    var random = new SplittableRandom(4);
    var tensors = new ArrayList<Tensor>();
    for (var node : plan.inputs()) {
      if (!(node.op() instanceof Input(String name, TensorType type))) continue;
      var tensor = Tensor.allocate(name, type);
      for (long i = 0; i < type.size(); i++) {
        if (name.equals("step")) {
          tensor.data().setAtIndex(ValueLayout.JAVA_LONG, i, 5);
        } else {
          double value = random.nextGaussian();
          float positive = (float) (name.startsWith("v") ? value * value : value);
          tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, positive);
        }
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  private List<float[]> run(Device on, Graph graph) {
    try (var executable = on.compile("step", graph)) {
      var tensors = tensors(executable.plan());
      executable.run(tensors, List.of());
      var values = new ArrayList<float[]>();
      for (var tensor : tensors) {
        if (tensor.type().dtype() == DType.F32) values.add(tensor.toFloats());
        tensor.close();
      }
      return values;
    }
  }

  private void compare(Graph graph) {
    try (Device cpu = Devices.open("cpu")) {
      var expected = run(cpu, graph);
      watched.reset();
      var actual = run(device, graph);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), 1e-5f, "input " + i);
      }
    }
  }

  @Test
  void tensorsOfAllSizes() {
    compare(step(SIZES));
    assertEquals(1, launches("map_tensors"));
    assertEquals(1, launches("fold_tensors"));
    // Large tensors are folded by several blocks.
    assertEquals(1, launches("finish_tensors"));
    // The fold of the empty one, and what follows from all folds.
    assertTrue(watched.launched().size() <= 5, watched.launched().toString());
  }

  /// The parameters of a kernel hold the addresses of about a hundred tensors.
  @Test
  void veryManyTensorsTakeAFewLaunches() {
    var sizes = new ArrayList<Integer>();
    for (int i = 0; i < 130; i++) sizes.add(2 + i % 7);
    compare(step(sizes));
    assertEquals(2, launches("map_tensors"), watched.launched().toString());
    assertEquals(1, launches("fold_tensors"), watched.launched().toString());
  }

  /// By the names of the graph, and those of many shortened.
  @Test
  void launchesNameTheTensors() {
    assertTrue(
        named(step(List.of(5, 7, 9))).contains(" for 3 loops: m0 v0 p0, m1 v1 p1, m2 v2 p2 (map_"),
        named(step(List.of(5, 7, 9))));
    var many = named(step(IntStream.range(2, 32).boxed().toList()));
    assertTrue(many.contains(" for 30 loops: m0 v0 p0, "), many);
    assertTrue(many.contains("m11 v11 p11, 18 more (map_"), many);
  }

  private String named(Graph graph) {
    try (var executable = device.compile("step", graph)) {
      return String.join("\n", executable.launches());
    }
  }

  @Test
  void faultsNameTheStep() {
    var spoiled = WatchedDriver.virtual(ExecutionMode.CHECKED);
    try (var lost = spoiled.device();
        var executable = lost.compile("step", step(List.of(100, 200)))) {
      var tensors = new ArrayList<Tensor>();
      for (var node : executable.plan().inputs()) {
        tensors.add(lost.allocate(node.toString(), node.type()));
      }
      // Memory of the second parameter is gone.
      long address = tensors.get(1).addressOn(lost, true).orElseThrow();
      lost.call(
          "free",
          () -> {
            spoiled.driver().free(address);
            return true;
          });
      var error = assertThrows(EngineException.class, () -> executable.run(tensors, List.of()));
      assertTrue(
          error.getMessage().matches("(?s).*step \\d+, %\\d+ .*(map|fold)_tensors.*"),
          error.getMessage());
      tensors.forEach(Tensor::close);
    }
  }
}

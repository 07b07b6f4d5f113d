package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.Placement;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.ExecutionMode;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What is copied between host and GPU, by the place of the tensors.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlacementTest {
  private static final TensorType TYPE = TensorType.f32(3);
  private static final int BATCH = 8;
  private static final int FEATURES = 5;

  private WatchedDriver watched;
  private CudaDevice device;
  private Executable sums;

  @BeforeAll
  void open() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    watched = WatchedDriver.virtual(ExecutionMode.FAST);
    device = watched.device();
    sums =
        device.compile(
            "sums",
            GraphText.parse(
                """
                %0:f32[3] = input "x"
                %1:f32[3] = input "sum"
                %2:f32[3] = add %0 %1
                %3:f32[3] = neg %2
                return "sum" %2 updates %1, "less" %3
                """));
  }

  @AfterAll
  void close() {
    if (sums != null) sums.close();
    if (device != null) device.close();
  }

  private void check(Tensor x, Tensor sum, Tensor less) {
    for (int i = 0; i < 3; i++) x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    for (int run = 1; run <= 2; run++) {
      sums.run(List.of(x, sum), List.of(less));
      assertArrayEquals(new float[] {0, run, 2 * run}, sum.toFloats());
      assertArrayEquals(new float[] {0, -run, -2 * run}, less.toFloats(), 0);
    }
    // From here on it is the run alone.
    watched.reset();
    sums.run(List.of(x, sum), List.of(less));
  }

  @Test
  void hostTensorsAreCopiedEachRun() {
    try (var x = Tensor.allocate("x", TYPE);
        var sum = Tensor.allocate("sum", TYPE);
        var less = Tensor.allocate("less", TYPE)) {
      check(x, sum, less);
      assertEquals(24, watched.bytesUp());
      assertEquals(24, watched.bytesDown());
    }
  }

  @Test
  void deviceTensorsAreNotCopied() {
    try (var x = device.allocate("x", TYPE);
        var sum = device.allocate("sum", TYPE);
        var less = device.allocate("less", TYPE)) {
      assertEquals(Placement.DEVICE, sum.placement());
      check(x, sum, less);
      assertEquals(0, watched.bytesUp());
      assertEquals(0, watched.bytesDown());
      assertEquals(0, watched.calls("beginCapture"));
      assertEquals(6, sum.toFloats()[2]);
      assertEquals(12, watched.bytesDown());
    }
  }

  /// Runs with each of these in turn, which hold other numbers.
  private void take(List<Tensor> turns, Tensor sum, Tensor less) {
    for (int i = 0; i < turns.size(); i++) {
      float before = sum.toFloats()[2];
      sums.run(List.of(turns.get(i), sum), List.of(less));
      assertEquals(before + i, sum.toFloats()[2]);
    }
  }

  @Test
  void tensorsThatTakeTurnsAreCapturedOnce() {
    try (var sum = device.allocate("sum", TYPE);
        var less = device.allocate("less", TYPE)) {
      var turns = new ArrayList<Tensor>();
      for (int i = 0; i <= ReplayGraphs.MOST; i++) {
        turns.add(device.allocate("x", TYPE));
        turns.get(i).data().setAtIndex(ValueLayout.JAVA_FLOAT, 2, i);
      }
      var all = List.copyOf(turns);
      var few = all.subList(0, ReplayGraphs.MOST);
      take(few, sum, less);
      watched.reset();
      take(few, sum, less);
      assertEquals(0, watched.calls("beginCapture"));
      // One too many: the graph that was not used for longest is always the next one's.
      take(all, sum, less);
      assertEquals(1, watched.calls("update"));
      take(all, sum, less);
      assertEquals(1 + all.size(), watched.calls("update"));
      assertEquals(0, watched.calls("instantiate"), "a graph of this form serves all addresses");
      all.forEach(Tensor::close);
    }
  }

  @Test
  void whatTheHostWritesGoesBackToTheDevice() {
    try (var x = device.allocate("x", TYPE);
        var sum = device.allocate("sum", TYPE);
        var less = device.allocate("less", TYPE)) {
      check(x, sum, less);
      sum.data().setAtIndex(ValueLayout.JAVA_FLOAT, 1, 100);
      watched.reset();
      sums.run(List.of(x, sum), List.of(less));
      assertEquals(12, watched.bytesUp());
      assertArrayEquals(new float[] {0, 101, 8}, sum.toFloats());
      assertArrayEquals(new float[] {0, -101, -8}, less.toFloats(), 0);
    }
  }

  @Test
  void pinnedTensorsAreTheDevicesToo() {
    try (var x = device.allocate("x", TYPE, Placement.PINNED);
        var sum = device.allocate("sum", TYPE, Placement.PINNED);
        var less = device.allocate("less", TYPE, Placement.PINNED)) {
      check(x, sum, less);
      assertEquals(0, watched.bytesUp());
      assertEquals(0, watched.bytesDown());
      assertEquals(6, sum.toFloats()[2]);
    }
  }

  @Test
  void aCallersPagesAreMapped() {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(TYPE.bytes(), 4096);
      try (var x = device.allocate("x", TYPE);
          var sum = device.map("sum", TYPE, memory);
          var less = device.allocate("less", TYPE)) {
        assertEquals(Placement.PINNED, sum.placement());
        check(x, sum, less);
        assertEquals(0, watched.bytesUp());
        assertEquals(6, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2));
      }
      assertEquals(6, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2));
      assertThrows(EngineException.class, () -> device.map("x", TensorType.f32(4), memory));
    }
  }

  /// They are freed with the last plan.
  @Test
  void largeConstantsAreUploadedOnceForAllPlans() {
    var type = TensorType.f32(1 << 14);
    var weight = Literal.of(NdArray.of(type, i -> i));
    Function<UnaryOperator<Value>, Executable> plan =
        what -> {
          var tracer = new Tracer();
          var x = tracer.input("x", type);
          tracer.output("y", what.apply(x.add(tracer.constant(weight))));
          return device.compile("sum", tracer.graph());
        };
    watched.reset();
    var first = plan.apply(y -> y);
    assertEquals(type.bytes(), watched.bytesUp());
    try (var second = plan.apply(Value::neg);
        var x = device.allocate("x", type);
        var y = device.allocate("y", type)) {
      assertEquals(type.bytes(), watched.bytesUp());
      assertEquals(1, device.constants().size());
      first.close();
      second.run(List.of(x), List.of(y));
      assertEquals(-16383, y.toFloats()[16383]);
    }
    assertEquals(0, device.constants().size());
    assertEquals(watched.calls("allocate"), watched.calls("free"));
  }

  @Test
  void onTheCpuEveryPlaceIsTheHost() {
    try (Device cpu = Devices.open("reference");
        var tensor = cpu.allocate("x", TYPE)) {
      assertEquals(Placement.HOST, tensor.placement());
    }
  }

  private static Model model(Device on) {
    return Sequential.of(
            Shape.of(FEATURES), Dense.of(16, Activation.RELU), Dense.of(3, Activation.SOFTMAX))
        .compile(on, Compilation.of(Adam.of(0.02), SparseCategoricalCrossEntropy.of()).withSeed(7));
  }

  private static Dataset data(int samples) {
    var random = new SplittableRandom(1);
    float[] x = new float[FEATURES * samples];
    float[] y = new float[samples];
    for (int i = 0; i < x.length; i++) x[i] = (float) random.nextGaussian();
    for (int i = 0; i < samples; i++) y[i] = x[FEATURES * i] > 0 ? 2 : i % 2;
    return Dataset.of(
        Tensor.of("x", TensorType.f32(samples, FEATURES), x),
        Tensor.of("y", TensorType.of(DType.U8, samples), y));
  }

  @Test
  void trainingCopiesBatchesUpAndTheLossDown() {
    var data = data(6 * BATCH);
    try (Device cpu = Devices.open("cpu");
        var wanted = model(cpu);
        var model = model(device);
        var batches = Batches.inOrder(data, BATCH);
        var same = Batches.inOrder(data, BATCH)) {
      var learner = model.learner();
      learner.train(batches.next());
      wanted.learner().train(same.next());
      for (int step = 0; step < 5; step++) {
        watched.reset();
        learner.train(batches.next());
        assertEquals(BATCH * FEATURES * 4 + BATCH, watched.bytesUp(), "floats, and a label each");
        assertEquals(0, watched.bytesDown());
        learner.results();
        assertEquals(8, watched.bytesDown(), "the sum of the losses");
        wanted.learner().train(same.next());
      }
      assertEquals(wanted.learner().results().loss(), learner.results().loss(), 1e-5);
      for (var name : model.variableNames()) {
        float[] want = wanted.variable(name).toFloats();
        float[] got = model.variable(name).toFloats();
        assertArrayEquals(want, got, 1e-4f, name);
      }
    }
  }

  @Test
  void gatheredBatchesAreCopiedOnceFromPinnedMemory() {
    var data = data(6 * BATCH + 3);
    try (var model = model(device);
        var batches = Batches.shuffled(data, BATCH, 1, 0, 0, model.learner().batchMemory())) {
      var learner = model.learner();
      learner.train(batches.next());
      for (int step = 1; step < 7; step++) {
        watched.reset();
        int samples = step == 6 ? 3 : BATCH;
        learner.train(batches.next());
        assertEquals(samples * (FEATURES * 4 + 1), watched.bytesUp(), "floats, and a label each");
        assertEquals(watched.bytesUp(), watched.bytesUpPinned(), "step " + step);
      }
    }
    try (var model = model(device)) {
      watched.reset();
      model.fit(data, FitOptions.epochs(1).withBatchSize(BATCH));
      assertTrue(watched.calls("allocateHost") > 0, "batches of fit");
      assertEquals(watched.calls("allocateHost"), watched.calls("freeHost"));
      assertTrue(watched.bytesUpPinned() >= data.size() * (FEATURES * 4 + 1));
    }
  }

  @Test
  void errorsSayWhatToDo() {
    var sum = device.allocate("sum", TYPE);
    sum.close();
    var closed = assertThrows(EngineException.class, sum::toFloats);
    assertEquals("tensor \"sum\" of f32[3] is closed", closed.getMessage());

    var other = WatchedDriver.virtual(ExecutionMode.FAST).device();
    try (var x = other.allocate("x", TYPE);
        var mine = device.allocate("sum", TYPE);
        var less = device.allocate("less", TYPE)) {
      var foreign =
          assertThrows(EngineException.class, () -> sums.run(List.of(x, mine), List.of(less)));
      assertTrue(
          foreign.getMessage().startsWith("tensor \"x\" of f32[3] lies in the memory of device"),
          foreign.getMessage());
      other.close();
      var gone = assertThrows(EngineException.class, x::toFloats);
      assertEquals("read a tensor: device virtual is closed", gone.getMessage());
    }

    var huge = TensorType.f32(1 << 20, 1 << 20);
    var full = assertThrows(EngineException.class, () -> device.allocate("huge", huge));
    assertTrue(
        full.getMessage().startsWith("out of memory on virtual: asked for 4,398,046,511,104 bytes"),
        full.getMessage());
    assertTrue(full.getMessage().contains("tensor \"huge\" of f32[1048576,1048576]"));
  }
}

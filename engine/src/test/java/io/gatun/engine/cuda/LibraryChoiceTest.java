package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.Executable;
import io.gatun.engine.Tensor;
import io.gatun.engine.cache.ObjectCache;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Window;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole plans on a virtual GPU that has a library: what is chosen, that it is remembered, and that
/// the results are the reference's.
class LibraryChoiceTest {
  /// Milliseconds of a library's launch. A contraction of the compiler's takes 1, an epilogue 0.1.
  private static final double CHEAP = 0.5;

  private static final double DEAR = 9;

  @BeforeEach
  void needsCompiler() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
  }

  /// A device with a library.
  private static final class Rig implements AutoCloseable {
    final WatchedDriver watched;
    final CudaDevice device;
    private LibraryDouble library;

    Rig(double cost, Optional<ObjectCache> choices) {
      var options = VirtualDriverOptions.of(DeviceProfile.A100).with(ExecutionMode.FAST);
      watched =
          new WatchedDriver(
              new VirtualCudaDriver(options),
              name -> name.startsWith("contract") ? 1 : name.startsWith("map") ? 0.1 : cost);
      var tools =
          new CudaTools(
              RuntimeCompiler.required(),
              Code.PTX,
              () -> {
                library = new LibraryDouble(watched.driver());
                return library.libraries();
              },
              choices,
              false);
      device = new CudaDevice("virtual", watched.driver(), 0, tools);
    }

    Executable load(Graph graph) {
      var executable = device.load(Compiler.compile(graph, device.target()));
      library.launched();
      return executable;
    }

    @Override
    public void close() {
      device.close();
    }
  }

  /// A training step of two dense layers.
  private static Graph perceptron() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(8, 12));
    var y = t.input("y", TensorType.f32(8, 4));
    var parameters =
        List.of(
            t.input("w1", TensorType.f32(12, 16)),
            t.input("b1", TensorType.f32(16)),
            t.input("w2", TensorType.f32(16, 4)),
            t.input("b2", TensorType.f32(4)));
    var hidden = Nn.relu(x.matmul(parameters.get(0)).add(parameters.get(1)));
    var error = hidden.matmul(parameters.get(2)).add(parameters.get(3)).sub(y);
    return training(t, error.mul(error).mean(), parameters);
  }

  /// A training step of two convolutions, one with a stride and one in two groups, and a dense
  /// layer.
  private static Graph network() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(2, 9, 8, 3));
    var y = t.input("y", TensorType.f32(2, 3));
    var parameters =
        List.of(
            t.input("w1", TensorType.f32(3, 3, 3, 4)),
            t.input("b1", TensorType.f32(4)),
            t.input("w2", TensorType.f32(3, 2, 2, 6)),
            t.input("w3", TensorType.f32(5 * 3 * 6, 3)));
    var same = Window.of(3, 3).withPadding(List.of(1, 1), List.of(1, 1));
    var first = Nn.relu(x.conv(parameters.get(0), same).add(parameters.get(1)));
    var strided = Window.of(3, 2).withStride(2, 3).withPadding(List.of(1, 0), List.of(1, 0));
    var second = Nn.relu(first.conv(parameters.get(2), strided, 2));
    var error = second.reshape(2, 5 * 3 * 6).matmul(parameters.get(3)).sub(y);
    return training(t, error.mul(error).mean(), parameters);
  }

  private static Graph training(Tracer t, Value loss, List<Value> parameters) {
    var gradients = Gradient.of(loss, parameters);
    t.output("loss", loss);
    for (int i = 0; i < parameters.size(); i++) {
      t.update(parameters.get(i), parameters.get(i).sub(gradients.get(i).mul(0.1)));
    }
    return t.graph();
  }

  /// Runs some steps; the parameters and losses of all of them, one after the other.
  private static List<float[]> train(Executable executable, int steps) {
    var random = new Random(5);
    var inputs = new ArrayList<Tensor>();
    for (var node : executable.plan().inputs()) {
      var values = new float[(int) node.type().size()];
      for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian() / 3;
      inputs.add(Tensor.of(node.toString(), node.type(), values));
    }
    var seen = new ArrayList<float[]>();
    for (int step = 0; step < steps; step++) {
      var results = executable.run(inputs);
      results.forEach(r -> seen.add(r.toFloats()));
      inputs.forEach(i -> seen.add(i.toFloats()));
      results.forEach(Tensor::close);
    }
    inputs.forEach(Tensor::close);
    return seen;
  }

  private static void assertTrainsAsTheReference(Graph graph, Executable executable) {
    List<float[]> want;
    try (Device reference = Devices.open("reference");
        var exact = reference.load(Compiler.compile(graph, reference.target()))) {
      want = train(exact, 3);
    }
    var got = train(executable, 3);
    assertEquals(want.size(), got.size());
    for (int i = 0; i < want.size(); i++) {
      for (int j = 0; j < want.get(i).length; j++) {
        float wanted = want.get(i)[j];
        assertEquals(wanted, got.get(i)[j], 2e-5 * Math.max(1, Math.abs(wanted)), i + ", " + j);
      }
    }
  }

  @Test
  void theFasterLibraryDoesTheProductsOfATrainingStep() {
    try (var rig = new Rig(CHEAP, Optional.empty());
        var executable = rig.load(perceptron())) {
      assertTrue(rig.watched.calls("milliseconds") > 0, "nothing was measured");
      assertFalse(rig.library.tried().isEmpty());
      assertFalse(rig.library.tried().contains(0f), "measured on zeros: " + rig.library.tried());
      rig.watched.reset();
      assertTrainsAsTheReference(perceptron(), executable);
      var launched = rig.library.launched();
      assertEquals("product RELU_BIAS", launched.getFirst());
      assertEquals(5, launched.size(), launched::toString);
      // Three runs: captured once, replayed by the graph.
      assertEquals(1, rig.watched.calls("beginCapture"));
    }
  }

  @Test
  void theFasterLibraryDoesTheConvolutionsOfATrainingStep() {
    try (var rig = new Rig(CHEAP, Optional.empty());
        var executable = rig.load(network())) {
      assertTrainsAsTheReference(network(), executable);
      var parts =
          rig.library.launched().stream().filter(name -> name.startsWith("convolution")).toList();
      assertEquals(
          List.of(
              "convolution RESULT",
              "convolution RESULT",
              "convolution IMAGE_GRADIENT",
              "convolution FILTER_GRADIENT",
              "convolution FILTER_GRADIENT"),
          parts);
    }
  }

  @Test
  void aConvolutionOfOneElementWithAStrideIsTheLibrarysToo() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(2, 7, 8, 8));
    var w = t.input("w", TensorType.f32(1, 1, 8, 12));
    var b = t.input("b", TensorType.f32(12));
    t.output("y", Nn.relu(x.conv(w, Window.of(1, 1).withStride(2, 3)).add(b)));
    try (var rig = new Rig(CHEAP, Optional.empty());
        var executable = rig.load(t.graph())) {
      assertTrainsAsTheReference(t.graph(), executable);
      assertEquals(List.of("convolution RESULT"), rig.library.launched());
    }
  }

  @Test
  void theFasterKernelIsKept() {
    try (var rig = new Rig(DEAR, Optional.empty());
        var executable = rig.load(perceptron())) {
      assertTrainsAsTheReference(perceptron(), executable);
      assertEquals(List.of(), rig.library.launched());
    }
  }

  @Test
  void theChoiceIsRememberedOnDisk(@TempDir Path folder) {
    var cache = Optional.of(new ObjectCache(folder, 1 << 20));
    try (var rig = new Rig(CHEAP, cache)) {
      rig.load(perceptron()).close();
      assertTrue(rig.watched.calls("milliseconds") > 0);
    }
    // It would lose now, were it measured.
    try (var rig = new Rig(DEAR, cache);
        var executable = rig.load(perceptron())) {
      assertEquals(0, rig.watched.calls("milliseconds"));
      train(executable, 1);
      assertEquals(5, rig.library.launched().size());
    }
  }

  @Test
  void whatIsEqualIsMeasuredOnce() {
    try (var rig = new Rig(CHEAP, Optional.empty())) {
      rig.load(perceptron()).close();
      rig.watched.reset();
      try (var again = rig.load(perceptron())) {
        assertEquals(0, rig.watched.calls("milliseconds"));
        train(again, 1);
        assertEquals(5, rig.library.launched().size());
      }
    }
  }
}

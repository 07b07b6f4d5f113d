package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Tensor;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Precision.Full;
import io.gatun.engine.nn.Precision.Tf32;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Products of f32 with factors rounded to tf32, where that is asked for and only there.
class Tf32Test {
  private static final int M = 33;
  private static final int K = 70;
  private static final int N = 41;
  private static final Graph PRODUCT =
      GraphText.parse(
          """
          %0:f32[33,70] = input "a"
          %1:f32[70,41] = input "b"
          %2:f32[33,41] = matmul %0 %1
          return "c" %2
          """);

  @BeforeEach
  void needsCompiler() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
  }

  private static float[] random(int count, long seed) {
    var random = new Random(seed);
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
    return values;
  }

  /// The greatest error of an element, relative to the sum of the products' magnitudes.
  private static double error(float[] a, float[] b, float[] c) {
    double worst = 0;
    for (int m = 0; m < M; m++) {
      for (int n = 0; n < N; n++) {
        double sum = 0;
        double magnitude = 0;
        for (int k = 0; k < K; k++) {
          double product = (double) a[m * K + k] * b[k * N + n];
          sum += product;
          magnitude += Math.abs(product);
        }
        worst = Math.max(worst, Math.abs(sum - c[m * N + n]) / magnitude);
      }
    }
    return worst;
  }

  @Test
  void factorsAreRoundedWhereItIsAskedFor() {
    var watched =
        new WatchedDriver(
            new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100)), _ -> 1);
    var tools = CudaTools.of(RuntimeCompiler.required());
    float[] x = random(M * K, 1);
    float[] y = random(K * N, 2);
    try (var device = new CudaDevice("virtual", watched.driver(), 0, tools);
        var a = Tensor.of("a", TensorType.of(DType.F32, M, K), x);
        var b = Tensor.of("b", TensorType.of(DType.F32, K, N), y);
        var c = Tensor.allocate("c", TensorType.of(DType.F32, M, N))) {
      for (boolean rounds : new boolean[] {false, true}) {
        var plan = Compiler.compile(PRODUCT, device.target());
        watched.reset();
        try (var executable = device.load("product", plan, rounds)) {
          executable.run(List.of(a, b), List.of(c));
        }
        double error = error(x, y, c.toFloats());
        // Each factor has a relative error of up to 2^-11, the sum some of f32's.
        assertTrue(error <= (rounds ? 2 * 0x1p-11 + 0x1p-18 : 0x1p-18), rounds + ": " + error);
        assertEquals(rounds, error > 0x1p-18, "rounded: " + error);
        boolean isTensor = watched.launched().getFirst().startsWith("contract_tensor");
        assertEquals(rounds, isTensor, watched.launched()::toString);
      }
    }
  }

  /// A network that is compiled with the precision rounds, in training and prediction, and another
  /// on the same device does not.
  @Test
  void compilationsAskForIt() {
    var watched = WatchedDriver.virtual(ExecutionMode.FAST);
    var network = Sequential.of(TensorType.f32(48), Dense.of(40), Dense.of(16));
    var kernels = new ArrayList<float[]>();
    try (var device = watched.device();
        var x = Tensor.of("x", TensorType.of(DType.F32, 32, 48), random(32 * 48, 1));
        var y = Tensor.of("y", TensorType.of(DType.F32, 32, 16), random(32 * 16, 2))) {
      for (var precision : List.of(new Full(), new Tf32())) {
        var compilation =
            Compilation.of(new Sgd(0.1, 0, false), new MeanSquaredError())
                .withPrecision(precision)
                .withSeed(5);
        watched.reset();
        try (var model = network.compile(device, compilation);
            var batches = Batches.inOrder(Dataset.of(x, y), 32)) {
          model.learner().train(batches.next());
          assertEquals(precision instanceof Tf32, usesTensorCores(watched), precision.kind());
          watched.reset();
          model.predict(x).close();
          assertEquals(precision instanceof Tf32, usesTensorCores(watched), precision.kind());
          kernels.add(model.variable("dense/kernel").toFloats());
        }
      }
    }
    assertArrayEquals(kernels.getFirst(), kernels.getLast(), 1e-3f);
    assertFalse(Arrays.equals(kernels.getFirst(), kernels.getLast()), "nothing was rounded");
  }

  private static boolean usesTensorCores(WatchedDriver watched) {
    return watched.launched().stream().anyMatch(name -> name.startsWith("contract_tensor"));
  }

  @Test
  void librariesAreAskedForIt() {
    for (boolean rounds : new boolean[] {false, true}) {
      var driver = new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100));
      var library = new LibraryDouble[1];
      var tools =
          new CudaTools(
              RuntimeCompiler.required(),
              Code.PTX,
              () -> {
                library[0] = new LibraryDouble(driver);
                return library[0].libraries();
              },
              Optional.empty(),
              rounds);
      try (var device = new CudaDevice("virtual", driver, 0, tools)) {
        device.load(Compiler.compile(PRODUCT, device.target())).close();
        assertEquals(Set.of(rounds ? Precision.TF32 : Precision.FULL), library[0].precisions());
      }
    }
  }
}

package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import io.gatun.kernels.GradientChunk;
import io.gatun.kernels.OptimizerNumbers;
import io.gatun.kernels.ParameterChunk;
import io.gatun.kernels.Sizes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Ready-made kernels as a user of a GPU launches them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadyKernelsTest {
  private final List<Tensor> tensors = new ArrayList<>();
  private Device device;

  @BeforeAll
  void open() {
    try {
      device = Devices.open("virtual");
    } catch (EngineException e) {
      Assumptions.abort(e.getMessage());
    }
  }

  @AfterEach
  void closeTensors() {
    tensors.forEach(Tensor::close);
    tensors.clear();
  }

  @AfterAll
  void close() {
    if (device != null) device.close();
  }

  private Tensor on(String name, float... values) {
    var tensor = zeros(name, TensorType.f32(values.length));
    MemorySegment.copy(MemorySegment.ofArray(values), 0, tensor.data(), 0, 4L * values.length);
    return tensor;
  }

  private Tensor table(byte[] bytes) {
    var tensor = zeros("chunks", TensorType.of(DType.I8, bytes.length));
    tensor.data().copyFrom(MemorySegment.ofArray(bytes));
    return tensor;
  }

  private Tensor zeros(String name, TensorType type) {
    var tensor = device.allocate(name, type);
    tensors.add(tensor);
    return tensor;
  }

  private long address(Tensor tensor) {
    return tensor.addressOn(device, true).orElseThrow();
  }

  private void run(String name, Sizes sizes, Map<String, Tensor> arrays) {
    var kernels = device.kernels();
    kernels.run(kernels.catalogue().named(name), sizes, arrays, Map.of());
  }

  @Test
  void theGreatestElements() {
    var x = on("x", 3, 9, -1, 9, 4, 0);
    var values = zeros("values", TensorType.f32(4));
    var positions = zeros("positions", TensorType.of(DType.I32, 4));
    run(
        "topk_f32",
        Sizes.matrix(2, 3).with("k", 2),
        Map.of("x", x, "values", values, "positions", positions));
    assertArrayEquals(new float[] {9, 3, 9, 4}, values.toFloats());
    assertArrayEquals(new long[] {1, 0, 0, 1}, positions.toNdArray().toLongs());
  }

  /// Two tensors, one launch: the norm of both clips both.
  @Test
  void aClippedStepOfSgdOverManyTensors() {
    var parameters = List.of(on("p0", 1, 2), on("p1", 3));
    var gradients = List.of(on("g0", 3, 0), on("g1", 4));
    var moments = List.of(on("v0", 0, 0), on("v1", 0));
    var chunks = new ArrayList<ParameterChunk>();
    var folded = new ArrayList<GradientChunk>();
    for (int i = 0; i < 2; i++) {
      long count = parameters.get(i).type().size();
      long gradient = address(gradients.get(i));
      folded.add(new GradientChunk(gradient, count));
      long moment = address(moments.get(i));
      chunks.add(new ParameterChunk(address(parameters.get(i)), gradient, moment, 0, 0, count));
    }
    var sizes = Sizes.none().with("chunks", 2);
    var parts = zeros("parts", TensorType.of(DType.F64, 2));
    run(
        "gradient_norm_parts",
        sizes,
        Map.of("chunks", table(GradientChunk.table(folded)), "parts", parts));
    var result = zeros("result", TensorType.f32(3));
    var kernels = device.kernels();
    kernels.run(
        kernels.catalogue().named("gradient_norm"),
        sizes.with("count", 2),
        Map.of("parts", parts, "scale", on("scale", 1), "result", result),
        Map.of("limit", new Argument.Float(2.5f)));
    assertArrayEquals(new float[] {5, 0.5f, 0}, result.toFloats());
    var numbers = new OptimizerNumbers(0.1f, 0, 0, 0, 0, 1, 1, 1);
    var clip = on("clip", Arrays.copyOfRange(result.toFloats(), 1, 2));
    run(
        "sgd_step",
        sizes.with("count", 3),
        Map.of(
            "chunks",
            table(ParameterChunk.table(chunks)),
            "numbers",
            on("numbers", numbers.values()),
            "clip",
            clip));
    assertArrayEquals(new float[] {0.85f, 2}, parameters.get(0).toFloats(), 1e-6f);
    assertArrayEquals(new float[] {2.8f}, parameters.get(1).toFloats(), 1e-6f);
  }

  @Test
  void whatDoesNotFitIsToldBeforeTheLaunch() {
    var y = zeros("y", TensorType.of(DType.I32, 8));
    var others = Map.<String, Argument>of("descending", new Argument.Int(0));
    var kernels = device.kernels();
    var sort = kernels.catalogue().named("argsort_f32");
    var small =
        assertThrows(
            EngineException.class,
            () -> kernels.run(sort, Sizes.matrix(2, 4), Map.of("x", on("x", 1), "y", y), others));
    assertTrue(small.getMessage().contains("takes 32 bytes"), small.getMessage());
    var missing =
        assertThrows(
            EngineException.class,
            () -> kernels.run(sort, Sizes.matrix(2, 4), Map.of("y", y), others));
    assertTrue(missing.getMessage().contains("wants an argument for READ x"), missing.getMessage());
    var wide =
        assertThrows(
            EngineException.class,
            () -> kernels.run(sort, Sizes.matrix(1, 5000), Map.of("y", y), others));
    assertTrue(wide.getMessage().contains("is not made for sizes"), wide.getMessage());
    try (var host = Tensor.of("x", TensorType.f32(8), new float[8])) {
      var far =
          assertThrows(
              EngineException.class,
              () -> kernels.run(sort, Sizes.matrix(2, 4), Map.of("x", host, "y", y), others));
      assertTrue(far.getMessage().contains("in host memory"), far.getMessage());
    }
    try (var cpu = Devices.open("cpu")) {
      var none = assertThrows(EngineException.class, cpu::kernels);
      assertEquals(
          "device cpu has no ready-made kernels; open a GPU (\"cuda\"), or \"virtual\"",
          none.getMessage());
    }
  }
}

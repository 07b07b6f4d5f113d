package io.gatun.engine.cuda;

import static io.gatun.ptx.Counter.DRAM_READ_SECTORS;
import static io.gatun.ptx.Counter.DRAM_WRITE_SECTORS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.KernelReport;
import io.gatun.ptx.VirtualCudaDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the kernels move that a *graph* launches on the CUDA device, counted on the virtual GPU,
/// against the bytes that any kernel must move.
///
/// Where the width is a multiple of the 4 numbers of an access of 16 bytes, every byte of every
/// sector that a request touches is used. Rows of other widths begin anywhere, so a warp's 128
/// bytes may lie in 5 sectors instead of 4: at least 0.77 of what is asked for in one request is
/// used by it, the rest by the requests beside it, and memory still moves each sector once.
class GraphTrafficTest {
  private static final int ROWS = 4;
  private static final int SECTOR = 32;

  /// Bytes that epsilon, for each warp, and each row's mean and deviation take at most.
  private static final int REST = (32 + 2) * 4 * ROWS;

  @BeforeEach
  void requireCompiler() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
  }

  /// What a function of rows moves.
  ///
  /// @param launches how many kernels
  /// @param requested bytes that requests ask for
  /// @param moved bytes of the sectors that memory must move
  /// @param efficiency used part of the sectors of all requests
  private record Traffic(long launches, long requested, long moved, double efficiency) {}

  private static Traffic traffic(int width, UnaryOperator<Value> function) {
    var tracer = new Tracer();
    tracer.output("y", function.apply(tracer.input("x", TensorType.f32(ROWS, width))));
    try (var device = VirtualDevices.open("virtual", ExecutionMode.COUNTING);
        var executable = device.load(Compiler.compile(tracer.graph(), device.target()))) {
      var inputs = new ArrayList<Tensor>();
      for (var node : executable.plan().inputs()) {
        var values = new float[Math.toIntExact(node.type().size())];
        inputs.add(Tensor.of(node.toString(), node.type(), values));
      }
      executable.run(inputs).forEach(Tensor::close);
      inputs.forEach(Tensor::close);
      return of(((VirtualCudaDriver) device.driver()).report().rows());
    }
  }

  private static Traffic of(List<KernelReport.Row> kernels) {
    long requested = sum(kernels, KernelReport.Row::bytes);
    double sectors =
        kernels.stream().mapToDouble(row -> row.bytes() / row.sectorEfficiency()).sum();
    long moved = sum(kernels, r -> r.count(DRAM_READ_SECTORS) + r.count(DRAM_WRITE_SECTORS));
    long launches = sum(kernels, KernelReport.Row::launches);
    return new Traffic(launches, requested, SECTOR * moved, requested / sectors);
  }

  private static long sum(List<KernelReport.Row> rows, ToLongFunction<KernelReport.Row> part) {
    return rows.stream().mapToLong(part).sum();
  }

  /// @param arrays of the rows' size that must be read or written
  /// @param parameters of a row's size, which memory moves once and each row asks for
  private static void check(int width, int arrays, int parameters, UnaryOperator<Value> function) {
    var traffic = traffic(width, function);
    long array = 4L * ROWS * width;
    assertEquals(1, traffic.launches);
    assertBytes("asked for", (arrays + parameters) * array, traffic.requested);
    assertBytes("moved", arrays * array + parameters * array / ROWS, traffic.moved);
    // Epsilon is 4 bytes of a sector for each warp.
    double least = width % 4 != 0 ? 0.77 : parameters == 0 ? 1 : 0.97;
    assertTrue(traffic.efficiency >= least, "used: " + traffic);
  }

  private static void assertBytes(String what, long wanted, long counted) {
    assertTrue(
        counted >= wanted && counted <= wanted + REST,
        "%s: %d bytes, %d are compulsory".formatted(what, counted, wanted));
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 256, 1021, 4096, 16381})
  void softmax(int width) {
    check(width, 2, 0, Nn::softmax);
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 256, 4099, 16384})
  void layerNorm(int width) {
    check(
        width,
        2,
        2,
        x -> {
          var gamma = Value.input(x.builder(), "gamma", TensorType.f32(width));
          var beta = Value.input(x.builder(), "beta", TensorType.f32(width));
          return Nn.layerNorm(x, gamma, beta, 1e-5);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 4096})
  void aFusedMap(int width) {
    check(
        width,
        3,
        0,
        x -> {
          var z = Value.input(x.builder(), "z", TensorType.f32(ROWS, width));
          return Nn.gelu(x.mul(z).add(1)).add(z);
        });
  }
}

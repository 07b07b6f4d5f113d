package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.pass.MixedPrecision;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.ExecutionMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Graphs of the DSL whose composites run as ready-made kernels, on a virtual GPU that checks every
/// access, against the reference.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClaimedCallsTest {
  private static final int WIDE = 4098;

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

  /// Attention, the loss's gradients of its operands among the results.
  private static Graph attention(DType type, String kind, int queries, int keys, int size) {
    return attention(type, kind, 2, queries, keys, size);
  }

  /// @param heads of the queries, for two of keys
  private static Graph attention(
      DType type, String kind, int heads, int queries, int keys, int size) {
    var t = new Tracer();
    var q = t.input("q", TensorType.of(type, 2, heads, queries, size));
    var k = t.input("k", TensorType.of(type, 2, 2, keys, size));
    var v = t.input("v", TensorType.of(type, 2, 2, keys, size));
    var weight = t.input("weight", TensorType.of(type, 2, heads, queries, size));
    var y =
        switch (kind) {
          case "full" -> Nn.attention(q, k, v);
          case "causal" -> Nn.causalAttention(q, k, v);
          default -> {
            var shape = Shape.of(2, heads, queries, keys);
            yield Nn.attention(q, k, v, t.input("mask", new TensorType(DType.BOOL, shape)));
          }
        };
    t.output("y", y);
    List<Value> gradients = Gradient.of(y.mul(weight).sum(), List.of(q, k, v));
    t.output("dq", gradients.get(0));
    t.output("dk", gradients.get(1));
    t.output("dv", gradients.get(2));
    return t.graph();
  }

  @ParameterizedTest
  @CsvSource({"full, 33, 70, 32", "causal, 65, 65, 32", "masked, 20, 35, 64"})
  void attentionAndItsGradientAreFourLaunches(String kind, int queries, int keys, int size) {
    watched.reset();
    check(attention(DType.F32, kind, queries, keys, size), 1e-4);
    var names = watched.launched().stream().map(n -> n.substring(0, n.indexOf('_'))).toList();
    assertEquals(List.of("attention", "deltas", "queries", "keys"), claimed(names));
  }

  /// Whose keys nothing repeats.
  @ParameterizedTest
  @CsvSource({"F32, causal, 6, 33, 70, 32, 1e-4", "BF16, masked, 4, 33, 20, 64, 3e-2"})
  void groupedQueriesAreFourLaunchesToo(
      DType type, String kind, int heads, int queries, int keys, int size, double tolerance) {
    watched.reset();
    check(attention(type, kind, heads, queries, keys, size), tolerance);
    var names = watched.launched().stream().map(n -> n.substring(0, n.indexOf('_'))).toList();
    assertEquals(List.of("attention", "deltas", "queries", "keys"), claimed(names));
    // What is left is the loss's gradient of y.
    assertEquals(names.size() - 4, names.stream().filter("map"::equals).count(), names::toString);
    assertTrue(names.size() <= 5, names::toString);
  }

  /// On the tensor cores: products of the arrays' type, all between in f32.
  @ParameterizedTest
  @CsvSource({"BF16, full, 33, 70, 32, 3e-2", "F16, causal, 65, 65, 64, 4e-3"})
  void narrowAttentionIsFourLaunchesToo(
      DType type, String kind, int queries, int keys, int size, double tolerance) {
    watched.reset();
    check(attention(type, kind, queries, keys, size), tolerance);
    var names = watched.launched().stream().map(n -> n.substring(0, n.indexOf('_'))).toList();
    assertEquals(List.of("attention", "deltas", "queries", "keys"), claimed(names));
  }

  /// Mixed precision takes the casts out of attention, so that it is claimed.
  @Test
  void attentionInMixedPrecisionIsClaimed() {
    watched.reset();
    check(new MixedPrecision(DType.BF16).run(attention(DType.F32, "masked", 20, 35, 64)), 3e-2);
    var names = watched.launched().stream().map(n -> n.substring(0, n.indexOf('_'))).toList();
    assertEquals(List.of("attention", "deltas", "queries", "keys"), claimed(names));
  }

  /// Without what is around it.
  private static List<String> claimed(List<String> names) {
    return names.stream().filter(n -> !n.equals("map") && !n.equals("loop")).toList();
  }

  @Test
  void theGradientOfTheValuesAloneNeedsNoOther() {
    var t = new Tracer();
    var q = t.input("q", TensorType.f32(1, 1, 9, 32));
    var k = t.input("k", TensorType.f32(1, 1, 12, 32));
    var v = t.input("v", TensorType.f32(1, 1, 12, 32));
    t.output("dv", Gradient.of(Nn.attention(q, k, v).square().sum(), v));
    watched.reset();
    check(t.graph(), 1e-4);
    var names = watched.launched().stream().map(n -> n.substring(0, n.indexOf('_'))).toList();
    assertEquals(List.of("attention", "deltas", "keys"), claimed(names));
  }

  /// Rows that are wide enough for a kernel of their own, and their gradients.
  @Test
  void wideRowsAreReadyMade() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(3, WIDE));
    var gamma = t.input("gamma", TensorType.f32(WIDE));
    var beta = t.input("beta", TensorType.f32(WIDE));
    var labels = t.input("labels", TensorType.of(DType.I32, 3));
    var loss = Nn.crossEntropy(Nn.layerNorm(x, gamma, beta, 1e-5), labels).mean();
    t.output("loss", loss);
    var gradients = Gradient.of(loss, List.of(x, gamma, beta));
    for (int i = 0; i < 3; i++) t.output("d" + i, gradients.get(i));
    t.output("softmax", Nn.softmax(x, -1));
    t.output("logsoftmax", Nn.logSoftmax(x, -1));
    t.output("rmsnorm", Nn.rmsNorm(x, gamma, 1e-5));
    watched.reset();
    check(t.graph(), 1e-4);
    var ready =
        watched.launched().stream().filter(name -> name.endsWith("_f32_16384")).sorted().toList();
    assertEquals(
        List.of(
            "crossentropy_train_f32_16384",
            "layernorm_f32_16384",
            "logsoftmax_f32_16384",
            "rmsnorm_f32_16384",
            "softmax_f32_16384"),
        ready);
  }

  /// Narrow rows, of other types, beside sizes that the kernels' variants end at.
  @ParameterizedTest
  @CsvSource({"F32, 1", "F32, 33", "F16, 256", "BF16, 1000", "F32, 1025"})
  void rowsOfAnyWidthAreReadyMade(DType type, int width) {
    var t = new Tracer();
    var x = t.input("x", TensorType.of(type, 5, width));
    var gamma = t.input("gamma", TensorType.of(type, width));
    var beta = t.input("beta", TensorType.of(type, width));
    t.output("layernorm", Nn.layerNorm(x, gamma, beta, 1e-5));
    t.output("rmsnorm", Nn.rmsNorm(x, gamma, 1e-5));
    t.output("softmax", Nn.softmax(x));
    t.output("logsoftmax", Nn.logSoftmax(x));
    t.output("loss", Nn.crossEntropy(x, t.input("labels", TensorType.of(DType.I64, 5))));
    watched.reset();
    check(t.graph(), type == DType.F32 ? 1e-5 : type == DType.F16 ? 4e-3 : 3e-2);
    assertEquals(5, watched.launched().size(), watched.launched()::toString);
  }

  /// With more rows than one part of the parameters' sums takes.
  @ParameterizedTest
  @CsvSource({"F32, 33", "BF16, 256", "F16, 1000", "F32, 1028", "F32, 4100"})
  void gradientsOfRowsAreReadyMade(DType type, int width) {
    int rows = 37;
    var t = new Tracer();
    var x = t.input("x", TensorType.of(type, rows, width));
    var gamma = t.input("gamma", TensorType.of(type, width));
    var beta = t.input("beta", TensorType.of(type, width));
    var dy = t.input("dy", TensorType.of(type, rows, width));
    var results =
        List.of(
            Nn.layerNorm(x, gamma, beta, 1e-5),
            Nn.rmsNorm(x, gamma, 1e-5),
            Nn.softmax(x),
            Nn.logSoftmax(x));
    for (Value result : results) {
      var gradients = Gradient.of(List.of(result), List.of(dy), List.of(x, gamma, beta));
      t.output("dx" + result.node(), gradients.get(0));
      t.output("dgamma" + result.node(), gradients.get(1));
      t.output("dbeta" + result.node(), gradients.get(2));
    }
    watched.reset();
    check(t.graph(), type == DType.F32 ? 3e-5 : type == DType.F16 ? 2e-2 : 2e-1);
    var names = watched.launched().stream().map(n -> n.replaceFirst("_(f32|f16|bf16).*", ""));
    assertEquals(
        List.of(
            "layernorm",
            "layernorm_gradient",
            "logsoftmax",
            "logsoftmax_gradient",
            "norm_parameters",
            "norm_parameters",
            "rmsnorm",
            "rmsnorm_gradient",
            "softmax",
            "softmax_gradient"),
        names.filter(n -> !n.startsWith("map") && !n.startsWith("loop")).sorted().toList());
  }

  /// A loss and its gradient take one read of the logits, whether the rows share a cotangent or
  /// each has a weight.
  @ParameterizedTest
  @CsvSource({"33, false", "1000, true"})
  void aLossAndItsGradientAreOneLaunch(int classes, boolean weighted) {
    var t = new Tracer();
    var logits = t.input("logits", TensorType.f32(7, classes));
    var labels = t.input("labels", TensorType.of(DType.I32, 7));
    var losses = Nn.crossEntropy(logits, labels);
    var loss = weighted ? losses.mul(t.input("weights", TensorType.f32(7))).sum() : losses.mean();
    t.output("loss", loss);
    t.output("gradient", Gradient.of(loss, logits));
    watched.reset();
    check(t.graph(), 1e-5);
    var names = watched.launched();
    assertEquals(1, names.stream().filter(n -> n.startsWith("crossentropy_train_f32")).count());
    assertTrue(names.stream().noneMatch(n -> n.startsWith("map")), names::toString);
  }

  /// A neighbour that a loop computes while the value is at hand is worth more than reading once,
  /// unless the value is stored for others anyway.
  @Test
  void neighboursThatWouldFuseKeepARowInTheirLoop() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(8, 100));
    t.output("y", Nn.softmax(x.mul(3)));
    watched.reset();
    check(t.graph(), 1e-5);
    assertEquals(1, watched.launched().size());
    assertTrue(watched.launched().getFirst().startsWith("loop"));
  }

  private void check(Graph graph, double tolerance) {
    List<float[]> want;
    try (Device reference = Devices.open("reference")) {
      want = results(reference, graph);
    }
    var got = results(device, graph);
    for (int i = 0; i < want.size(); i++) {
      for (int j = 0; j < want.get(i).length; j++) {
        float wanted = want.get(i)[j];
        float error = Math.abs(wanted - got.get(i)[j]);
        assertTrue(
            error <= tolerance * Math.max(1, Math.abs(wanted)),
            "result %d, element %d: %s, not %s".formatted(i, j, got.get(i)[j], wanted));
      }
    }
  }

  private static List<float[]> results(Device on, Graph graph) {
    var random = new Random(4);
    var inputs = new ArrayList<Tensor>();
    try (var executable = on.load(Compiler.compile(graph, on.target()))) {
      for (var node : executable.plan().inputs()) {
        var values = new float[(int) node.type().size()];
        boolean isFloat = node.type().dtype().isFloat();
        for (int i = 0; i < values.length; i++) {
          values[i] = isFloat ? (float) random.nextGaussian() : random.nextInt(2);
        }
        inputs.add(Tensor.of(node.toString(), node.type(), values));
      }
      var results = executable.run(inputs);
      var values = results.stream().map(Tensor::toFloats).toList();
      results.forEach(Tensor::close);
      return values;
    } finally {
      inputs.forEach(Tensor::close);
    }
  }
}

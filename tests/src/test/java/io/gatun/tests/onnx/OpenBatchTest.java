package io.gatun.tests.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Devices;
import io.gatun.engine.Program;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One file for any size of batch gives in ONNX Runtime what the graph for that size gives.
class OpenBatchTest {
  @TempDir Path folder;

  private void check(IntFunction<Graph> graphs, Path file, int... sizes) throws Exception {
    for (int size : sizes) {
      var graph = graphs.apply(size);
      var random = new java.util.Random(7);
      var arguments =
          graph.inputTypes().stream()
              .map(
                  type ->
                      type.dtype().isFloat()
                          ? NdArray.of(type, _ -> random.nextGaussian())
                          : NdArray.ofLongs(type, _ -> random.nextInt(11)))
              .toList();
      var want = graph.evaluate(arguments);
      var there = PeerRuntime.run(file, graph, arguments);
      var again = Onnx.model(file).graph(bindings(graph)).evaluate(arguments);
      for (int k = 0; k < want.size(); k++) {
        for (int i = 0; i < want.get(k).size(); i++) {
          double x = want.get(k).at(i);
          assertEquals(x, there.get(k).at(i), 1e-5 * Math.max(1, Math.abs(x)), "batch " + size);
          assertEquals(x, again.get(k).at(i), 1e-6 * Math.max(1, Math.abs(x)), "batch " + size);
        }
      }
    }
  }

  private static Bindings bindings(Graph graph) {
    var bindings = Bindings.none();
    for (var input : graph.inputs()) {
      bindings = bindings.shape(((Input) input.op()).name(), input.type().shape());
    }
    return bindings;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "lstm", "transformer"})
  void networksTakeAnyBatch(String name) throws Exception {
    var compilation = Compilation.of(Adam.of(), SparseCategoricalCrossEntropy.of());
    try (var device = Devices.open("reference");
        var model = Networks.of(name).compile(device, compilation)) {
      var file = folder.resolve("model.onnx");
      Onnx.write(model, file);
      check(model::inferenceGraph, file, 1, 2, 5);
      assertEquals("batch", Onnx.model(file).inputs().getFirst().dims().orElseThrow().getFirst());
    }
  }

  private static Graph many(int n) {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(n, 4));
    var y = t.input("y", TensorType.f32(2, 3 * n));
    t.output("mean", x.mean(0));
    t.output("doubled", Value.concat(0, x, x).sumKeep(1));
    t.output("lines", y.reshape(2, n, 3).permute(1, 0, 2).reshape(n, 6).mul(2));
    t.output("numbers", x.add(t.iota(TensorType.f32(n, 1), 0)));
    return t.graph();
  }

  @Test
  void numbersFollowTheDimension() throws Exception {
    var file = folder.resolve("many.onnx");
    Onnx.write("batch", OpenBatchTest::many, file);
    check(OpenBatchTest::many, file, 2, 7);
    assertEquals(List.of("2", "3*batch"), Onnx.model(file).inputs().get(1).dims().orElseThrow());
  }

  /// Attention of `n` sequences of `m` positions over `k` others: products of dimensions, and masks
  /// and positions that follow two of them.
  private static Graph attention(List<Integer> sizes) {
    int n = sizes.get(0);
    int m = sizes.get(1);
    int k = sizes.get(2);
    var t = new Tracer();
    var q = t.input("q", TensorType.f32(n, m, 6)).reshape(n * m, 6);
    var keys = t.input("k", TensorType.f32(n, k, 6));
    var w = t.constant(NdArray.of(TensorType.f32(6, 6), i -> i % 5 - 2));
    var heads = q.matmul(w).reshape(n, m, 2, 3).permute(0, 2, 1, 3);
    var others = keys.reshape(n, k, 2, 3).permute(0, 2, 3, 1);
    var type = TensorType.of(DType.I32, m, k);
    var future = t.iota(type, 1).gt(t.iota(type, 0).add(k - m));
    var scores = heads.matmul(others);
    var weights = Nn.softmax(future.select(scores.scalar(-1e9), scores));
    t.output("weights", weights);
    t.output("flat", keys.reshape(n * k, 6).sum(1));
    t.output("joined", Value.concat(1, q.reshape(n, m, 6), keys));
    return t.graph();
  }

  @Test
  void severalDimensionsStayOpen() throws Exception {
    var file = folder.resolve("attention.onnx");
    Onnx.write(List.of("batch", "length", "past"), OpenBatchTest::attention, file);
    for (int n : List.of(1, 3)) {
      check(k -> attention(List.of(n, 2, k)), file, 2, 5);
    }
    var outputs = Onnx.model(file).outputs();
    assertEquals(List.of("batch", "2", "length", "past"), outputs.get(0).dims().orElseThrow());
    assertEquals(List.of("batch*past"), outputs.get(1).dims().orElseThrow());
    assertEquals(List.of("batch", "past+length", "6"), outputs.get(2).dims().orElseThrow());
  }

  private static Graph line(List<TensorType> types) {
    var t = new Tracer();
    t.output("y", t.input("x", types.getFirst()).mul(3).sum(1));
    return t.graph();
  }

  @Test
  void programsAreWrittenToo() throws Exception {
    var file = folder.resolve("program.onnx");
    try (var device = Devices.open("reference");
        var program = new Program("line", device, OpenBatchTest::line)) {
      IntFunction<Graph> graphs = n -> program.graph(List.of(TensorType.f32(n, 3)));
      Onnx.write("batch", graphs, file);
      check(graphs, file, 1, 4);
    }
  }

  private static Graph squared(int n) {
    var t = new Tracer();
    t.output("y", t.input("x", TensorType.f32(n, n)).reshape(n * n));
    return t.graph();
  }

  private static Graph deep(int n) {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(n, 3));
    for (int i = 0; i < n; i++) x = x.tanh().mul(i + 2);
    t.output("y", x);
    return t.graph();
  }

  private static Graph fixed(int n) {
    var t = new Tracer();
    t.output("y", t.input("x", TensorType.f32(3)).mul(n));
    return t.graph();
  }

  private String refusal(IntFunction<Graph> graphs) {
    var file = folder.resolve("refused.onnx");
    return assertThrows(OnnxException.class, () -> Onnx.write("batch", graphs, file)).getMessage();
  }

  @Test
  void whatDoesNotFollowIsRefused() {
    assertTrue(refusal(OpenBatchTest::squared).contains("does not determine"));
    assertTrue(
        refusal(OpenBatchTest::deep).contains("a node is [Identity, Tanh]"),
        refusal(OpenBatchTest::deep));
    assertTrue(refusal(OpenBatchTest::fixed).contains("no input has \"batch\" as a dimension"));
    assertTrue(refusal(OpenBatchTest::deep).contains("write the graph for one size"));
  }
}

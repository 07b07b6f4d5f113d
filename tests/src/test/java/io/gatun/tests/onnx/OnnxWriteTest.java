package io.gatun.tests.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.onnx.export.ModelWriter;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.OpSample;
import io.gatun.graph.testing.OpSamples;
import io.gatun.graph.testing.RandomGraphs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Exported graphs give in ONNX Runtime what the reference gives.
class OnnxWriteTest {
  @TempDir Path folder;

  private String difference(Graph graph, List<NdArray> arguments) {
    var file = folder.resolve("model.onnx");
    try {
      Onnx.write(graph, file);
      var got = PeerRuntime.run(file, graph, arguments);
      var want = graph.evaluate(arguments);
      for (int i = 0; i < want.size(); i++) {
        var rounded = want.get(i).rounded();
        for (int j = 0; j < rounded.size(); j++) {
          double x = rounded.at(j);
          double y = got.get(i).at(j);
          boolean near = Math.abs(x - y) <= tolerance(rounded) * Math.max(1, Math.abs(x));
          if (!near && x != y && !(Double.isNaN(x) && Double.isNaN(y))) {
            return "output " + i + " at " + j + ": want " + x + ", got " + y;
          }
        }
      }
      return "";
    } catch (OnnxException | OrtException e) {
      return e.getMessage().lines().findFirst().orElse("");
    }
  }

  private static double tolerance(NdArray array) {
    return switch (array.type().dtype()) {
      case F16 -> 2e-3;
      case BF16 -> 2e-2;
      case F32, F64 -> 1e-5;
      case I64, I32, I16, I8, U8, BOOL -> 0;
    };
  }

  /// Whether ONNX leaves the meaning open: of a NaN that is compared, of a float that is cast to an
  /// integer type that does not have it, of a sum of integers that overflows.
  private static boolean isOpen(OpSample sample) {
    boolean isFloat = sample.operands().stream().anyMatch(x -> x.type().dtype().isFloat());
    return switch (sample.op()) {
      case ArgSort _ -> isFloat;
      case Reduce(var kind, _, _) ->
          switch (kind) {
            case MAX, MIN, ARGMAX, ARGMIN -> isFloat;
            case SUM, PROD -> !isFloat;
          };
      case Unary(var kind) -> kind == Unary.Kind.SIGN && isFloat;
      case Cast(var to) -> isFloat && !to.isFloat() || to == DType.BF16;
      case Op _ -> false;
    };
  }

  /// Kernels that ONNX Runtime has not for the CPU: the file is right.
  private static boolean isMissing(String difference) {
    return difference.contains("ORT_NOT_IMPLEMENTED")
        || difference.contains("CPU execution provider: MLFloat16 data type is not supported");
  }

  private static boolean isRefused(OpSample sample) {
    return switch (sample.op()) {
      case Random _, ConvGradFilter _ -> true;
      case Conv _, ConvGradInput _ -> !sample.operands().getFirst().type().dtype().isFloat();
      case Op _ -> false;
    };
  }

  @Test
  void everyOperationRunsInOnnxRuntime() {
    var failures = new TreeMap<String, String>();
    int compared = 0;
    var all = OpSamples.all();
    int stride = System.getProperty("gatun.conformance", "").equals("all") ? 1 : 4;
    for (int i = 0; i < all.size(); i += stride) {
      OpSample sample = all.get(i);
      var difference = difference(sample.graph(), sample.operands());
      if (isRefused(sample)) {
        boolean known =
            sample.evaluate().size() == 0
                || !sample.operands().isEmpty()
                    && sample.operands().stream().allMatch(x -> x.size() == 0);
        if (!known && !difference.startsWith("ONNX has no operator for \"")) {
          failures.put(sample.toString(), "was not refused: " + difference);
        }
      } else if (difference.isEmpty()) {
        compared++;
      } else if (!isOpen(sample) && !isMissing(difference)) {
        failures.put(sample.toString(), difference);
      }
    }
    assertEquals(new TreeMap<>(), failures);
    assertTrue(compared > all.size() / stride / 2, "compared " + compared);
  }

  @Test
  void randomGraphsRunInOnnxRuntime() {
    for (long seed = 0; seed < 30; seed++) {
      var graph = RandomGraphs.of(seed);
      var difference = difference(graph, RandomGraphs.arguments(graph, seed));
      boolean said = !difference.startsWith("ONNX has no operator for \"");
      if (said && !isMissing(difference))
        assertEquals("", difference, "seed " + seed + "\n" + graph);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "lstm", "transformer"})
  void networksRunInOnnxRuntime(String name) {
    var compilation = Compilation.of(Adam.of(), SparseCategoricalCrossEntropy.of());
    try (var device = Devices.open("reference");
        var model = Networks.of(name).compile(device, compilation)) {
      var graph = model.inferenceGraph(2);
      var type = graph.inputTypes().getFirst();
      var random = new java.util.Random(7);
      var x =
          type.dtype().isFloat()
              ? NdArray.of(type, _ -> random.nextGaussian())
              : NdArray.ofLongs(type, _ -> random.nextInt(11));
      assertEquals("", difference(graph, List.of(x)));
      var again = Onnx.read(folder.resolve("model.onnx")).evaluate(List.of(x)).getFirst();
      var want = graph.evaluate(List.of(x)).getFirst();
      for (int i = 0; i < want.size(); i++) assertEquals(want.at(i), again.at(i), 1e-6);
    }
  }

  @Test
  void weightsBeyondALimitStandBesideTheModel() throws Exception {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(2, 300));
    var w = NdArray.of(TensorType.f32(300, 4), i -> i % 17 - 8);
    t.output("y", x.matmul(t.constant(w)).add(1));
    var file = folder.resolve("external.onnx");
    new ModelWriter(1000).write(t.graph(), file);
    var data = folder.resolve("external.onnx.data");
    assertEquals(4 * 300 * 4, Files.size(data));
    var ordinary = Files.getPosixFilePermissions(Files.createFile(folder.resolve("ordinary")));
    assertEquals(ordinary, Files.getPosixFilePermissions(file));
    assertEquals(ordinary, Files.getPosixFilePermissions(data));
    var argument = NdArray.of(TensorType.f32(2, 300), i -> i % 5);
    var want = t.graph().evaluate(List.of(argument)).getFirst();
    var got = PeerRuntime.run(file, t.graph(), List.of(argument)).getFirst();
    var read = Onnx.read(file).evaluate(List.of(argument)).getFirst();
    for (int i = 0; i < want.size(); i++) {
      assertEquals(want.at(i), got.at(i));
      assertEquals(want.at(i), read.at(i));
    }
  }

  @Test
  void whatOnnxCannotSayIsNamed() {
    var t = new Tracer();
    var key = t.input("key", TensorType.of(DType.I64));
    t.output("y", Value.uniform(key, key, Shape.of(3)));
    var error =
        assertThrows(
            OnnxException.class, () -> Onnx.write(t.graph(), folder.resolve("random.onnx")));
    assertTrue(error.getMessage().contains("\"random.uniform [3]\""), error.getMessage());
    assertTrue(error.getMessage().contains("export the graph of inference"), error.getMessage());
  }
}

package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.OnnxProgram;
import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/// Runs a small encoder from an ONNX file, compiled at first, then by the plan that was kept.
final class OnnxRehearsal {
  private static final int TOKENS = 16;
  private static final int SIZE = 64;

  private OnnxRehearsal() {}

  static void run(Device device, Path folder) throws IOException {
    var file = folder.resolve("encoder.onnx");
    Onnx.write(encoder(), file);
    // The plan of a file that has just been written is not kept.
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    for (int i = 0; i < 2; i++) {
      try (var program = new OnnxProgram(device, Onnx.open(file));
          var tokens = Tensor.allocate("tokens", TensorType.of(DType.I64, 1, TOKENS))) {
        program.run(Map.of("tokens", tokens)).values().forEach(Tensor::close);
      }
    }
  }

  private static Graph encoder() {
    var t = new Tracer();
    var tokens = t.input("tokens", TensorType.of(DType.I64, 1, TOKENS));
    var x = norm(t, Nn.embedding(weights(t, TOKENS, SIZE), tokens));
    var attention =
        Nn.multiHeadAttention(linear(t, x, SIZE), linear(t, x, SIZE), linear(t, x, SIZE), 2, false);
    var y = norm(t, x.add(linear(t, attention, SIZE)));
    var inner = Nn.gelu(linear(t, y, 4 * SIZE));
    t.output("features", norm(t, y.add(linear(t, inner, SIZE))));
    return t.graph();
  }

  private static Value weights(Tracer t, int... dims) {
    return t.constant(NdArray.of(TensorType.f32(dims), i -> Math.sin(i)));
  }

  private static Value linear(Tracer t, Value x, int size) {
    int from = x.node().type().shape().dim(2);
    return Nn.linear(x, weights(t, from, size), weights(t, size));
  }

  private static Value norm(Tracer t, Value x) {
    return Nn.layerNorm(x, weights(t, SIZE), weights(t, SIZE), 1e-5);
  }
}

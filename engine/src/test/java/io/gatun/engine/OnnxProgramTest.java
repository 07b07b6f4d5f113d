package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A row of a matrix, by way of a sequence: no part of it can be compiled without the index.
class OnnxProgramTest {
  private static final Path MODEL = Path.of("../graph/src/test/resources/onnx/sequence/model.onnx");

  private static NdArray matrix(int first) {
    return NdArray.of(TensorType.f32(4, 3), i -> first + i);
  }

  private static NdArray index(int i) {
    return NdArray.ofLongs(TensorType.of(DType.I64), i);
  }

  @Test
  void graphsAreKeptForTheValuesThatTheyDependOn() {
    var graphs = new ValueGraphs(Onnx.model(MODEL));
    var second = graphs.of(Map.of("x", matrix(0), "i", index(1)));
    var third = graphs.of(Map.of("x", matrix(0), "i", index(2)));
    assertNotSame(second, third);
    assertSame(second, graphs.of(Map.of("x", matrix(9), "i", index(1))));
    for (int i = -4; i < 4; i++) graphs.of(Map.of("x", matrix(0), "i", index(i)));
    assertNotSame(third, graphs.of(Map.of("x", matrix(0), "i", index(-1))));
  }

  @Test
  void aModelThatCannotBeCutRunsForAllValues() {
    try (var device = Devices.open("reference");
        var program = new OnnxProgram(device, Onnx.model(MODEL))) {
      for (int run = 0; run < 3; run++) {
        for (int i = 0; i < 4; i++) {
          try (var x = Tensor.of("x", matrix(run));
              var at = Tensor.of("i", index(i));
              var y = program.run(Map.of("x", x, "i", at)).get("y")) {
            assertEquals(2 * (run + 3 * i), y.toNdArray().at(0));
          }
        }
      }
    }
  }
}

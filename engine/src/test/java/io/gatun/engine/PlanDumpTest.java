package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanDumpTest {
  @TempDir Path temporary;

  /// A program read from a file is named by its path.
  @Test
  void aDumpStaysBelowItsFolderWhateverTheProgramIsCalled() throws IOException {
    var t = new Tracer();
    t.output("y", t.input("x", TensorType.f32(3)).exp());
    var graph = t.graph();
    var outside = Files.createDirectory(temporary.resolve("outside"));
    var folder = temporary.resolve("dumps");
    for (var name : List.of(outside + "/model.onnx", outside + "/model.onnx", "..", "a b")) {
      PlanDump.below(folder, name, graph);
    }
    try (var made = Files.list(folder)) {
      assertEquals(
          List.of("a_b", "model.onnx", "model.onnx-2", "program"),
          made.map(p -> p.getFileName().toString()).sorted().toList());
    }
    try (var other = Files.list(outside)) {
      assertEquals(0, other.count());
    }
  }
}

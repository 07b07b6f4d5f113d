package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.cuda.RuntimeCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
  private static final Path MLP = Path.of("../graph/src/test/resources/onnx/mlp/model.onnx");

  @TempDir Path folder;

  @Test
  void anOnnxFileIsProfiledWithTheNamesOfItsNodes() throws IOException {
    var trace = folder.resolve("out.json");
    var run =
        CommandRun.of("profile", MLP, "--dim", "batch=8", "--runs=2", "--trace", trace, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    assertEquals(2, run.json().get("runs").asInt());
    assertTrue(run.json().at("/roofline/gflops").asDouble() > 0, run.out());
    var first = run.json().get("steps").get(0);
    assertEquals("first", first.get("sources").get(0).asText());
    assertEquals("matmul", first.get("operations").get(0).asText());
    assertTrue(first.get("roofline").asDouble() > 0, first.toString());
    assertTrue(first.get("what").asText().contains("m<8"), first.toString());
    assertTrue(new ObjectMapper().readTree(trace.toFile()).get("traceEvents").size() > 6);
  }

  @Test
  void whatTheFileLeavesOpenIsTakenAsOneAndSaidSo() {
    var run = CommandRun.of("profile", MLP, "--runs=1", "--top=1");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.err().startsWith("gatun: batch is open and taken as 1; give"), run.err());
    assertTrue(run.out().contains("the slowest 1 of"), run.out());
    assertTrue(run.out().contains("from "), run.out());
  }

  @Test
  void wrongInputsAreAnsweredWithWhatIsWanted() {
    var name = CommandRun.of("profile", MLP, "--shape", "z=1x3");
    assertEquals(2, name.code());
    assertTrue(name.err().contains("has no input \"z\"; it has [x: FLOAT[batch, 3]]"), name.err());
    var shape = CommandRun.of("profile", MLP, "--shape", "x=1,3");
    assertEquals(2, shape.code());
    assertTrue(shape.err().contains("write it as 1x3x224x224"), shape.err());
  }

  @Test
  void aVirtualGpuTellsTheStepsOfItsKernels() throws IOException {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    var graph = folder.resolve("step.ir");
    Files.writeString(
        graph,
        """
        %0:f32[4,8] = input "w"
        %1:f32[8] = input "b"
        %2:f32[4,8] = mul %0 %0
        %3:f32[8] = mul %1 %1
        return "w" %2 updates %0, "b" %3 updates %1
        """);
    var run = CommandRun.of("profile", "--device", "virtual:a100", graph);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("step 0, %3 mul for 2 loops: w, b (map_tensors_"), run.out());
  }
}

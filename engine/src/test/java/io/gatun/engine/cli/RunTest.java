package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.io.Npy;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  private static final Path MODELS = Path.of("../graph/src/test/resources/onnx");

  @TempDir Path folder;

  private Path array(TensorType type, double... values) throws IOException {
    var file = folder.resolve("x.npy");
    Npy.write(file, type, Literal.of(type, values).data());
    return file;
  }

  @Test
  void runsAFileAndSavesItsOutputs() throws IOException {
    var x = array(TensorType.f32(1, 3), 1, 2, 3);
    var model = MODELS.resolve("mlp/model.onnx");
    var run = CommandRun.of("run", model, "--input", "x=" + x, "--output", folder);
    assertEquals(0, run.code(), run.err());
    try (var arena = Arena.ofConfined()) {
      assertEquals(TensorType.f32(1, 2), Npy.read(folder.resolve("y.npy"), arena).type());
    }
  }

  @Test
  void aShapeMayDependOnTheData() throws IOException {
    var x = array(TensorType.f32(2, 3), 0, 0, 5, 6, 0, 0);
    var run = CommandRun.of("run", MODELS.resolve("nonzero/model.onnx"), "--input", "x=" + x);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("y: i64[2,2] 0 2 1 0"), run.out());
  }

  @Test
  void onlyWhatDependsOnDataIsLeftToTheReference() throws IOException {
    var x = array(TensorType.f32(2, 3), 1, 2, 3, 4, 5, 6);
    var model = MODELS.resolve("cut/model.onnx");
    var run = CommandRun.of("run", model, "--input", "x=" + x);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("total: f32[]"), run.out());
    assertTrue(run.out().contains("doubled: f32["), run.out());
    var inspect = CommandRun.of("inspect", model);
    assertTrue(inspect.out().contains("1  NonZero  (after the cut: 1)"), inspect.out());
    assertTrue(inspect.out().contains("1  MatMul" + System.lineSeparator()), inspect.out());
  }

  @Test
  void wrongNamesAndShapesAreAnsweredWithWhatIsWanted() throws IOException {
    var x = array(TensorType.f32(1, 4), 1, 2, 3, 4);
    var model = MODELS.resolve("mlp/model.onnx");
    var name = CommandRun.of("run", model, "--input", "z=" + x);
    assertEquals(1, name.code());
    assertTrue(name.err().contains("[x: FLOAT[batch, 3]]"), name.err());
    var shape = CommandRun.of("run", model, "--input", "x=" + x);
    assertEquals(1, shape.code());
    assertTrue(shape.err().contains("x: FLOAT[batch, 3]: the file has f32[1,4]"), shape.err());
  }

  @Test
  void aNameIsGivenOnce() throws IOException {
    var x = array(TensorType.f32(1, 3), 1, 2, 3);
    var model = MODELS.resolve("mlp/model.onnx");
    var run = CommandRun.of("run", model, "--input", "x=" + x, "--input", "x=" + x);
    assertEquals(2, run.code());
    assertTrue(run.err().contains("--input: \"x\" is given twice"), run.err());
  }

  /// A classifier of scikit-learn's kind: labels that are strings, and probabilities as maps.
  @Test
  void labelsAndMapsAreShown() throws IOException {
    var x = array(TensorType.f32(3, 2), 1, 0, 0, 1, -1, -1);
    var model = MODELS.resolve("ml-names/model.onnx");
    var run = CommandRun.of("run", model, "--input", "x=" + x);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("label: strings[3] left right none"), run.out());
    assertTrue(run.out().contains("p: f32[3,3] columns [left, none, right] "), run.out());
    run = CommandRun.of("run", model, "--input", "x=" + x, "--output", folder);
    assertTrue(run.out().contains("label: strings[3] -> "), run.out());
    var table = Files.readAllLines(folder.resolve("label.labels.txt"));
    try (var arena = Arena.ofConfined()) {
      var codes = Npy.read(folder.resolve("label.npy"), arena).toNdArray();
      assertEquals("left", table.get((int) codes.longAt(0)));
      assertEquals("right", table.get((int) codes.longAt(1)));
    }
  }

  @Test
  void inspectTellsWhatIsInAFile() {
    var run = CommandRun.of("inspect", MODELS.resolve("mlp/model.onnx"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("input       x: FLOAT[batch, 3]"), run.out());
    assertTrue(run.out().contains("       2  Gemm"), run.out());
    assertTrue(run.out().contains(", 0 operations interpreted"), run.out());
  }

  @Test
  void inspectTellsWhatThePlanHasNoCodeFor() {
    var run = CommandRun.of("inspect", "--dimension=0", MODELS.resolve("mlp/model.onnx"));
    assertTrue(run.out().contains("2  Gemm  (interpreted: 2)"), run.out());
  }
}

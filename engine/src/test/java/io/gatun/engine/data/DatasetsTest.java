package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.engine.io.Npy;
import io.gatun.engine.io.Npz;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  private static final TensorType DOUBLES = TensorType.of(DType.F64, 3, 2);
  private static final TensorType LABELS = TensorType.of(DType.I64, 3);

  @TempDir Path folder;
  private final Arena arena = Arena.ofAuto();

  private Path npy(String name, Literal array) throws IOException {
    Path file = folder.resolve(name);
    Npy.write(file, array.type(), array.data());
    return file;
  }

  @Test
  void readsNpyAndNpz() throws IOException {
    var x = Literal.of(DOUBLES, 1, 2, 3, 4, 5, 6);
    var y = Literal.of(LABELS, 0, 1, 0);
    Path npz = folder.resolve("both.npz");
    Npz.write(npz, new TreeMap<>(Map.of("x", x, "y", y)));
    var fromNpy = Datasets.npy(npy("x.npy", x), npy("y.npy", y), arena);
    var fromNpz = Datasets.npz(npz, "x", "y", arena);
    for (var data : List.of(fromNpy, fromNpz)) {
      assertEquals(TensorType.f32(3, 2), data.inputs().getFirst().type());
      assertEquals(LABELS, data.targets().getFirst().type());
      Columns.assertClose(
          new double[][] {{1, 2}, {3, 4}, {5, 6}},
          Columns.rows(data.inputs().getFirst()),
          "inputs");
    }
    refused("no array 'z'; the file has [x, y]", () -> Datasets.npz(npz, "x", "z", arena));
  }

  @Test
  void refusesFilesThatNoModelLearnsFrom() throws IOException {
    Path good = npy("good.npy", Literal.of(LABELS, 0, 1, 0));
    Path nan = npy("nan.npy", Literal.of(DOUBLES, 1, 2, 3, Double.NaN, 5, 6));
    refused("column \"input\", row 1, feature 1 is NaN", () -> Datasets.npy(nan, good, arena));
    Path beyond = npy("beyond.npy", Literal.of(DOUBLES, 1, 2, 3, 4, 1e300, 6));
    refused("row 2, feature 0 is Infinity", () -> Datasets.npy(beyond, good, arena));
    Path two = npy("two.npy", Literal.of(TensorType.f32(2, 1), 1, 2));
    refused("2 rows of input f32[2,1] for 3 rows", () -> Datasets.npy(two, good, arena));
    Path none = npy("none.npy", Literal.of(TensorType.f32(0, 4)));
    refused("f32[0,4] holds no sample", () -> Datasets.npy(none, good, arena));
    Path scalar = npy("scalar.npy", Literal.scalar(DType.F32, 1));
    refused("f32[] holds no sample", () -> Datasets.npy(scalar, good, arena));
  }

  private static void refused(String reason, Executable call) {
    var failure = assertThrows(MalformedFileException.class, call);
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  @Test
  void takesArrays() {
    var data = Datasets.of(new float[][] {{1, 2}, {3, 4}}, new int[] {7, 9}, arena);
    assertEquals(TensorType.of(DType.I32, 2), data.targets().getFirst().type());
    assertEquals(
        TensorType.f32(1, 3),
        Datasets.of(new float[1][2], new float[1][3], arena).targets().getFirst().type());
    Columns.refused(
        "column \"input\", row 1, feature 0 is -Infinity",
        () -> Datasets.of(new float[][] {{1}, {Float.NEGATIVE_INFINITY}}, new int[] {7, 9}, arena));
    Columns.refused("needs a sample", () -> Datasets.of(new float[0][], new int[0], arena));
    var ragged =
        assertThrows(
            EngineException.class,
            () -> Datasets.of(new float[][] {{1}, {2, 3}}, new int[] {7, 9}, arena));
    assertTrue(ragged.getMessage().contains("row 1 has 2 values, row 0 has 1"));
  }

  @Test
  void joinsColumns() {
    var bytes = Column.of("b", Literal.of(TensorType.of(DType.U8, 2, 1), 10, 20)).scaled(0.1);
    var numbers = Columns.of(new double[][] {{1, 2}, {3, 4}});
    var joined = Features.join("all", List.of(numbers, bytes), arena);
    Columns.assertClose(new double[][] {{1, 2, 1}, {3, 4, 2}}, Columns.rows(joined), "joined");
    Columns.refused(
        "cannot be joined",
        () -> Features.join("all", List.of(numbers, numbers.slice(0, 1)), arena));
    Columns.refused("no column", () -> Features.join("all", List.of(), arena));
  }

  @Test
  void gathersRowsInAnyOrder() {
    var x = Columns.of(new double[][] {{1, 2}, {3, 4}, {5, 6}}).scaled(2);
    Columns.assertClose(
        new double[][] {{10, 12}, {2, 4}, {10, 12}},
        Columns.rows(x.rows(new int[] {2, 0, 2}, arena)),
        "gathered");
    assertEquals(x.data().address(), x.rows(new int[] {0, 1}, arena).data().address());
    assertEquals(0, x.rows(new int[0], arena).rows());
    var failure = assertThrows(EngineException.class, () -> x.rows(new int[] {0, 3}, arena));
    assertTrue(failure.getMessage().contains("no row 3 in f32[3,2]"), failure.getMessage());
  }
}

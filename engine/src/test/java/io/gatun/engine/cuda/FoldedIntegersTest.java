package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.ExecutionMode;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sums of integers that the loop computes itself: the names of its functions and those of the
/// arithmetic are apart.
class FoldedIntegersTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 50;

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"I32", "I64"})
  void rowsAndColumns(DType dtype) {
    Assumptions.assumeTrue(RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found");
    var type = TensorType.of(dtype, ROWS, COLUMNS);
    var t = new Tracer();
    var x = t.input("x", type);
    var sums = x.add(3).mul(x.sub(1));
    t.output("rows", sums.sum(1));
    t.output("columns", sums.sum(0));
    t.output("greatest", x.add(3).max(1));
    var watched = WatchedDriver.virtual(ExecutionMode.FAST);
    try (var device = watched.device();
        var executable = device.compile("integers", t.graph());
        var values = Tensor.allocate("x", type)) {
      for (int i = 0; i < ROWS * COLUMNS; i++) Elements.setLong(values.data(), dtype, i, i);
      var results = executable.run(List.of(values));
      long[] rows = new long[ROWS];
      long[] columns = new long[COLUMNS];
      for (int i = 0; i < ROWS * COLUMNS; i++) {
        long term = (i + 3) * (i - 1);
        rows[i / COLUMNS] += term;
        columns[i % COLUMNS] += term;
      }
      for (int row = 0; row < ROWS; row++) {
        assertEquals(rows[row], Elements.getLong(results.get(0).data(), dtype, row));
        long greatest = (row + 1) * COLUMNS - 1 + 3;
        assertEquals(greatest, Elements.getLong(results.get(2).data(), dtype, row));
      }
      for (int column = 0; column < COLUMNS; column++) {
        assertEquals(columns[column], Elements.getLong(results.get(1).data(), dtype, column));
      }
      results.forEach(Tensor::close);
    }
  }
}

package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.gatun.cuda.Argument;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MovementKernelsTest {
  private static final ElementType F32 = ElementType.F32;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, F32",
    "1, 31, 33, F32",
    "2, 127, 2, F32",
    "3, 64, 64, F32",
    "1, 68, 100, F32",
    "1, 4, 1000, F32",
    "2, 66, 34, BF16",
    "1, 64, 128, F16",
    "3, 2, 130, BF16"
  })
  void transposes(int batch, int rows, int columns, ElementType type) {
    var x = Numbers.rounded(Numbers.normal(batch * rows * columns, 1), type);
    var sizes = Sizes.matrix(rows, columns).with("batch", batch);
    var want =
        Numbers.fill(
            x.length,
            i -> {
              int n = i / (rows * columns);
              int c = i / rows % columns;
              return x[(n * rows + i % rows) * columns + c];
            });
    try (var trial = KernelTrial.watched(0).in("x", type, x).out("y", type, x.length)) {
      trial.run("transpose", type, sizes);
      assertArrayEquals(want, trial.floats("y", type));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, F32, 4", "33, F32, 8", "128, F32, 4", "1000, BF16, 8", "127, F16, 4"})
  void rowsOfATable(int columns, ElementType type, int indexBytes) {
    int entries = 10;
    var index = new long[] {3, 9, 0, 3, -5, 12, 3};
    var table = Numbers.rounded(Numbers.normal(entries * columns, 1), type);
    var dy = Numbers.rounded(Numbers.normal(index.length * columns, 2), type);
    var sizes =
        Sizes.count(index.length)
            .with("columns", columns)
            .with("entries", entries)
            .with("index_bytes", indexBytes);
    var want = new float[dy.length];
    var sums = new double[table.length];
    for (int i = 0; i < dy.length; i++) {
      int at = Math.clamp(index[i / columns], 0, entries - 1) * columns + i % columns;
      want[i] = table[at];
      sums[at] += dy[i];
    }
    int[] order =
        IntStream.range(0, index.length)
            .boxed()
            .sorted((a, b) -> Long.compare(index[a], index[b]))
            .mapToInt(i -> i)
            .toArray();
    try (var trial = KernelTrial.watched(0).in("table", type, table).in("dy", type, dy)) {
      trial.in("index", indexBytes == 8 ? Numbers.encode(index) : Numbers.encode(ints(index)));
      trial.in("order", order).out("y", type, dy.length).run("embedding", type, sizes);
      assertArrayEquals(want, trial.floats("y", type));
      trial.in("dtable", F32, new float[table.length]).run("embedding_scatter", type, sizes);
      trial.expect("dtable", F32, sums, 1e-6, "atomic");
      trial.in("dtable", F32, new float[table.length]);
      trial.run("embedding_scatter_sorted", type, sizes);
      trial.expect("dtable", F32, sums, 1e-6, "sorted");
    }
  }

  private static int[] ints(long[] values) {
    return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
  }

  @Test
  void concatenatesByWords() {
    int outer = 7;
    int[] widths = {1, 4, 33};
    int width = 38;
    for (int bytes : new int[] {16, 4, 2, 1}) {
      var want = new byte[outer * width * bytes];
      try (var trial = KernelTrial.watched(0)) {
        var parts = new ArrayList<ConcatParts.Part>();
        int before = 0;
        for (int p = 0; p < widths.length; p++) {
          var x = new byte[outer * widths[p] * bytes];
          for (int i = 0; i < x.length; i++) {
            x[i] = (byte) (31 * p + i);
            int row = i / (widths[p] * bytes);
            want[row * width * bytes + before * bytes + i % (widths[p] * bytes)] = x[i];
          }
          trial.in("x" + p, x);
          parts.add(new ConcatParts.Part(trial.address("x" + p), widths[p]));
          before += widths[p];
        }
        Argument.Bytes struct = new ConcatParts(parts).argument(0);
        trial.with("parts", struct).out("y", ElementType.I8, want.length);
        var sizes = Sizes.none().with("outer", outer).with("width", width);
        trial.run("concat", ElementType.I8, sizes.with("parts", 3).with("word", bytes));
        assertArrayEquals(want, trial.bytes("y"), bytes + " bytes a word");
      }
    }
  }
}

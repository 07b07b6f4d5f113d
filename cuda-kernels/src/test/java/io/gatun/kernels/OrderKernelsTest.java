package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.Argument;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderKernelsTest {
  private static final ElementType F32 = ElementType.F32;
  private static final int ROWS = 3;

  /// Few different numbers, both zeros, infinities and NaN.
  private static float[] numbers(int columns) {
    var x = Numbers.normal(ROWS * columns, columns);
    var special =
        new float[] {Float.NaN, -0f, 0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 7 == 3 && columns > 2 ? special[i % 5] : Math.round(x[i] * 8) / 8f;
    }
    return x;
  }

  private static int[] sorted(float[] x, int columns, boolean descending) {
    var y = new int[x.length];
    for (int row = 0; row < x.length; row += columns) {
      int start = row;
      Comparator<Integer> order = Comparator.comparingDouble(c -> x[start + c] + 0.0);
      var positions =
          IntStream.range(0, columns)
              .boxed()
              .sorted(descending ? order.reversed() : order)
              .mapToInt(i -> i)
              .toArray();
      System.arraycopy(positions, 0, y, row, columns);
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 127, 1000, 2048})
  void sortsStably(int columns) {
    var x = numbers(columns);
    for (int descending = 0; descending < 2; descending++) {
      try (var trial = KernelTrial.watched(0).in("x", F32, x)) {
        trial.out("y", ElementType.I32, x.length).with("descending", new Argument.Int(descending));
        trial.run("argsort", F32, Sizes.matrix(ROWS, columns));
        assertArrayEquals(sorted(x, columns, descending == 1), trial.ints("y"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 2049, 4098, 7000})
  void sortsWideRowsInRuns(int columns) {
    var x = numbers(columns);
    var sizes = Sizes.matrix(ROWS, columns).with("count", x.length);
    try (var trial = KernelTrial.watched(x.length * 3L).in("x", F32, x)) {
      trial.out("y", ElementType.I32, x.length).with("descending", new Argument.Int(0));
      trial.out("first", ElementType.I64, x.length).out("second", ElementType.I64, x.length);
      trial.alias("items", "first").run("argsort_tiles", F32, sizes);
      String last = "first";
      for (int width = 2048; width < columns; width *= 2) {
        String next = last.equals("first") ? "second" : "first";
        trial.alias("items", last).alias("merged", next);
        trial.run("argsort_merge", F32, sizes.with("width", width));
        last = next;
      }
      trial.alias("items", last).run("argsort_positions", F32, sizes);
      assertArrayEquals(sorted(x, columns, false), trial.ints("y"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "33, 5",
    "1000, 256",
    "1000, 257",
    "1000, 1000",
    "1025, 1024",
    "4098, 40",
    "4098, 1024"
  })
  void greatestElements(int columns, int k) {
    var x = numbers(columns);
    var sizes = Sizes.matrix(ROWS, columns).with("k", k);
    try (var trial = KernelTrial.watched(columns * 8L).in("x", F32, x)) {
      trial.out("values", F32, ROWS * k).out("positions", ElementType.I32, ROWS * k);
      trial.run("topk", F32, sizes);
      var all = sorted(x, columns, true);
      var values = trial.floats("values", F32);
      for (int row = 0; row < ROWS; row++) {
        var want = Arrays.copyOfRange(all, row * columns, row * columns + k);
        var got = Arrays.copyOfRange(trial.ints("positions"), row * k, row * k + k);
        assertArrayEquals(want, got, "row " + row);
        assertEquals(x[row * columns + want[0]], values[row * k], "row " + row);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, F32", "2, F32", "31, BF16", "33, F32", "1000, F16", "1025, F32", "4098, F32"})
  void extremesOfRows(int columns, ElementType type) {
    var x = numbers(columns);
    for (boolean least : new boolean[] {false, true}) {
      var want = new int[ROWS];
      for (int row = 0; row < ROWS; row++) want[row] = extreme(x, row * columns, columns, least);
      try (var trial = KernelTrial.watched(0).in("x", type, x).out("y", ElementType.I32, ROWS)) {
        trial.run(least ? "argmin" : "argmax", type, Sizes.matrix(ROWS, columns));
        assertArrayEquals(want, trial.ints("y"));
      }
    }
  }

  private static int extreme(float[] x, int start, int columns, boolean least) {
    int best = 0;
    for (int c = 1; c < columns; c++) {
      float value = x[start + c];
      float known = x[start + best];
      if (Float.isNaN(known)) break;
      if (Float.isNaN(value) || (least ? value < known : value > known)) best = c;
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 127, 1000, 4098, 10_000})
  void runningSums(int columns) {
    var x = Numbers.normal(ROWS * columns, columns);
    var want = new double[x.length];
    for (int i = 0; i < x.length; i++) want[i] = x[i] + (i % columns == 0 ? 0 : want[i - 1]);
    int parts = Math.ceilDiv(columns, 4096);
    var sizes = Sizes.matrix(ROWS, columns).with("parts", parts);
    try (var trial = KernelTrial.watched(x.length).in("x", F32, x).out("y", F32, x.length)) {
      trial.run("cumsum", F32, sizes);
      trial.expect("y", F32, want, 1e-5, "at once");
      trial.out("y", F32, x.length).out("sums", F32, ROWS * parts);
      trial.run("cumsum_parts", F32, sizes);
      trial.run("cumsum_offsets", F32, sizes);
      trial.run("cumsum_add", F32, sizes);
      trial.expect("y", F32, want, 1e-5, "in parts");
    }
  }
}

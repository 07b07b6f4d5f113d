package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plans of one device pack a weight once, whatever else they compute.
class SharedWeightsTest {
  private static final int DEPTH = 48;
  private static final int COLUMNS = 640;

  private static Literal random(long seed, int rows, int columns) {
    var random = new SplittableRandom(seed);
    var type = TensorType.f32(rows, columns);
    return Literal.of(NdArray.of(type, _ -> (float) random.nextDouble(-1, 1)));
  }

  private static Executable compile(
      CpuDevice device, int rows, Literal weight, boolean turned, UnaryOperator<Value> rest) {
    var tracer = new Tracer();
    var x = tracer.input("x", TensorType.f32(rows, DEPTH));
    var product = x.apply(new MatMul(false, turned), tracer.constant(weight));
    tracer.output("y", rest.apply(product));
    return device.compile("product of " + rows, tracer.graph());
  }

  private static float[] run(Executable executable, int rows) {
    var random = new SplittableRandom(rows);
    var type = TensorType.f32(rows, DEPTH);
    try (var x = Tensor.of("x", NdArray.of(type, _ -> (float) random.nextDouble(-1, 1)));
        var y = executable.run(List.of(x)).getFirst()) {
      return y.toFloats();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void plansOfOtherRowsAndEpiloguesShareWhatIsPacked(boolean turned) {
    var weight = turned ? random(1, COLUMNS, DEPTH) : random(1, DEPTH, COLUMNS);
    try (var device = new CpuDevice(new ThreadPool(2))) {
      var one = compile(device, 1, weight, turned, y -> y);
      float[] before = run(one, 1);
      assertEquals(1, device.constants().size());
      try (var many = compile(device, 100, weight, turned, y -> Nn.gelu(y.add(1)));
          var cut = compile(device, 30, weight, turned, y -> y.reshape(30, 10, -1).swapAxes(0, 1));
          var alone = new CpuDevice(new ThreadPool(1));
          var other = compile(alone, 100, weight, turned, y -> Nn.gelu(y.add(1)));
          var whole = compile(alone, 30, weight, turned, y -> y)) {
        assertEquals(1, device.constants().size());
        assertArrayEquals(run(other, 100), run(many, 100));
        float[] rows = run(whole, 30);
        float[] turnedRows = run(cut, 30);
        for (int i = 0; i < rows.length; i++) {
          int row = i / COLUMNS;
          int column = i % COLUMNS;
          int at = (column / 64 * 30 + row) * 64 + column % 64;
          assertEquals(rows[i], turnedRows[at], "element " + i);
        }
      }
      assertArrayEquals(before, run(one, 1));
      assertEquals(1, device.constants().size());
      one.close();
      assertEquals(0, device.constants().size());
    }
  }

  /// One row times a table that is read elsewhere, too: packed it would be in memory twice.
  @Test
  void aTableOfRowsThatIsTheClassifierTooStaysAsItIs() {
    var table = random(1, COLUMNS, DEPTH);
    var tracer = new Tracer();
    var rows = tracer.constant(table);
    var ids = tracer.input("ids", TensorType.of(DType.I32, 1));
    tracer.output("y", Nn.embedding(rows, ids).tanh().apply(new MatMul(false, true), rows));
    try (var device = new CpuDevice(new ThreadPool(2));
        var executable = device.compile("tied", tracer.graph());
        var id = Tensor.allocate("ids", TensorType.of(DType.I32, 1))) {
      assertEquals(0, device.constants().size());
      id.data().set(ValueLayout.JAVA_INT, 0, 7);
      try (var y = executable.run(List.of(id)).getFirst()) {
        float[] found = y.toFloats();
        for (int n = 0; n < COLUMNS; n++) {
          double wanted = 0;
          for (int k = 0; k < DEPTH; k++) {
            wanted += Math.tanh(table.at(7L * DEPTH + k)) * table.at((long) n * DEPTH + k);
          }
          assertEquals(wanted, found[n], 1e-5, "element " + n);
        }
      }
    }
  }

  @Test
  void weightsOfOtherValuesOrTurnedOverAreOthers() {
    try (var device = new CpuDevice(new ThreadPool(1))) {
      var square = random(2, DEPTH, DEPTH);
      try (var _ = compile(device, 16, square, false, y -> y);
          var _ = compile(device, 16, square, true, y -> y);
          var _ = compile(device, 16, random(3, DEPTH, DEPTH), false, y -> y)) {
        assertEquals(3, device.constants().size());
      }
      assertEquals(0, device.constants().size());
    }
  }

  /// The constants of a plan that is closed first are not looked at again.
  @Test
  void plansOutliveTheOneThatPacked() {
    try (var device = new CpuDevice(new ThreadPool(1))) {
      var first = compile(device, 16, random(1, DEPTH, COLUMNS), false, y -> y);
      try (var second = compile(device, 32, random(1, DEPTH, COLUMNS), false, y -> y)) {
        float[] before = run(second, 32);
        first.close();
        assertThrows(EngineException.class, () -> run(first, 16));
        assertArrayEquals(before, run(second, 32));
        try (var third = compile(device, 64, random(1, DEPTH, COLUMNS), false, y -> y)) {
          assertEquals(1, device.constants().size());
          assertEquals(64 * COLUMNS, run(third, 64).length);
        }
      }
    }
  }

  /// Weights of bytes, where the processor multiplies them, are packed for one and for many rows in
  /// the layouts that these want.
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 20})
  void productsOfBytesAreRightBesideEachOther(int rows) {
    var type = TensorType.of(DType.I8, DEPTH, COLUMNS);
    var random = new SplittableRandom(1);
    var weight = Literal.of(NdArray.of(type, _ -> random.nextInt(-128, 128)));
    try (var device = new CpuDevice(new ThreadPool(1));
        var shared = bytes(device, rows, weight);
        var _ = bytes(device, 7, weight);
        var alone = new CpuDevice(new ThreadPool(1));
        var other = bytes(alone, rows, weight)) {
      try (var x = Tensor.allocate("x", TensorType.of(DType.U8, rows, DEPTH));
          var y = shared.run(List.of(x)).getFirst();
          var z = other.run(List.of(x)).getFirst()) {
        for (long i = 0; i < x.data().byteSize(); i++) {
          x.data().set(ValueLayout.JAVA_BYTE, i, (byte) (i * 37));
        }
        shared.run(List.of(x), List.of(y));
        other.run(List.of(x), List.of(z));
        assertEquals(-1, y.data().mismatch(z.data()));
      }
    }
  }

  private static Executable bytes(CpuDevice device, int rows, Literal weight) {
    var tracer = new Tracer();
    var x = tracer.input("x", TensorType.of(DType.U8, rows, DEPTH)).cast(DType.I32);
    tracer.output(
        "y", x.sub(3).apply(new MatMul(false, false), tracer.constant(weight).cast(DType.I32)));
    return device.compile("bytes of " + rows, tracer.graph());
  }
}

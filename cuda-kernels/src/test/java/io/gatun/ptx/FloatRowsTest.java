package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.LaunchGeometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Registers whose rows are floats: random sequences of arithmetic, guarded or not, in the order
/// that the kernel says, as Java computes them.
class FloatRowsTest {
  private static final int REGISTERS = 8;
  private static final int THREADS = 72; // two whole warps and a part of one
  private static final int LENGTH = 60;

  @Test
  void sequencesComputeWhatJavaDoes() {
    for (var seed = 0; seed < 40; seed++) {
      var random = new Random(seed);
      var text = new StringBuilder();
      var values = new float[REGISTERS][THREADS];
      for (var row : values) {
        for (var i = 0; i < THREADS; i++) {
          row[i] = random.nextInt(10) == 0 ? Float.NaN : random.nextFloat() * 4 - 2;
        }
      }
      var memory = ByteBuffer.allocate(4 * REGISTERS * THREADS).order(ByteOrder.nativeOrder());
      for (var row : values) {
        for (var value : row) {
          memory.putFloat(value);
        }
      }
      for (var i = 0; i < LENGTH; i++) {
        append(text, values, random);
      }
      for (var mode : new ExecutionMode[] {ExecutionMode.FAST, ExecutionMode.CHECKED}) {
        var result = run(text.toString(), memory.array(), mode);
        for (var register = 0; register < REGISTERS; register++) {
          var expected = values[register].clone();
          var actual = new float[THREADS];
          result.position(4 * register * THREADS);
          result.asFloatBuffer().get(actual);
          assertArrayEquals(
              expected, actual, "seed " + seed + ", " + mode + ", f" + register + "\n" + text);
        }
      }
    }
  }

  /// Multiply-adds come four and more with a factor in common, as in products.
  private static void append(StringBuilder text, float[][] values, Random random) {
    var d = random.nextInt(REGISTERS);
    var a = random.nextInt(REGISTERS);
    var b = random.nextInt(REGISTERS);
    var guard = random.nextInt(8) == 0;
    switch (random.nextInt(6)) {
      case 0 -> apply(text, values, guard, "add.f32", d, a, b, -1);
      case 1 -> apply(text, values, guard, "sub.rn.f32", d, a, b, -1);
      case 2 -> apply(text, values, guard, "mul.f32", d, a, b, -1);
      case 3 -> apply(text, values, guard, "mov.b32", d, a, -1, -1);
      default -> {
        var inPlace = random.nextBoolean();
        for (var i = 0; i < 6; i++) {
          var to = (d + i) % REGISTERS;
          var sum = inPlace ? to : random.nextInt(REGISTERS);
          apply(text, values, false, "fma.rn.f32", to, a, (b + i) % REGISTERS, sum);
        }
      }
    }
  }

  private static void apply(
      StringBuilder text,
      float[][] values,
      boolean guard,
      String opcode,
      int d,
      int a,
      int b,
      int c) {
    text.append(guard ? "@%p1 " : "")
        .append(opcode)
        .append(" %f")
        .append(d)
        .append(", %f")
        .append(a);
    text.append(b < 0 ? "" : ", %f" + b).append(c < 0 ? "" : ", %f" + c).append(";\n");
    for (var i = 0; i < THREADS; i++) {
      if (guard && i % 3 != 0) {
        continue;
      }
      var x = values[a][i];
      values[d][i] =
          switch (opcode) {
            case "add.f32" -> x + values[b][i];
            case "sub.rn.f32" -> x - values[b][i];
            case "mul.f32" -> x * values[b][i];
            case "mov.b32" -> x;
            default -> Math.fma(x, values[b][i], values[c][i]);
          };
    }
  }

  private static ByteBuffer run(String statements, byte[] memory, ExecutionMode mode) {
    var loads = new StringBuilder("rem.u32 %r1, %r0, 3;\nsetp.eq.u32 %p1, %r1, 0;\n");
    loads.append("mul.wide.u32 %rd1, %r0, 4;\nadd.s64 %rd2, %rd0, %rd1;\n");
    var stores = new StringBuilder();
    for (var register = 0; register < REGISTERS; register++) {
      var at = 4 * register * THREADS;
      loads.append("ld.global.f32 %%f%d, [%%rd2+%d];\n".formatted(register, at));
      stores.append("st.global.b32 [%%rd2+%d], %%f%d;\n".formatted(at, register));
    }
    var kernel = Probe.kernel(loads + statements + stores);
    assertEquals(
        REGISTERS,
        kernel.program().floatRows() - Warp.RESERVED_ROWS,
        "rows of floats, one for each register and no more");
    try (var gpu = new VirtualGpu(DeviceProfile.A100, mode, 1, 7)) {
      var bytes = Probe.run(gpu, kernel, memory, LaunchGeometry.of(1, THREADS));
      return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
  }

  /// One look at the bits, or a use as an address, and a register and those that meet it stay
  /// bits.
  @Test
  void whatIsMoreThanFloatStaysBits() {
    var looked = "add.f32 %f1, %f0, %f0;\nand.b32 %r2, %f1, 1;\nmul.f32 %f2, %f0, %f0;\n";
    assertEquals(0, floats("mov.u32 %f0, 1;\n" + looked));
    var address = "cvt.u32.u64 %r2, %rd0;\nld.shared.b32 %r2, [%r2];\nadd.f32 %r3, %r2, %r2;\n";
    assertEquals(0, floats(address));
    var vector = "ld.global.v2.f32 {%f0, %f1}, [%rd0];\nadd.f32 %f2, %f0, 0f3f800000;\n";
    assertEquals(
        3, floats(vector), "two registers, whose rows the third may take, and the constant");
    assertEquals(0, floats(vector + "ex2.approx.f32 %f1, %f1;\n"));
  }

  private static int floats(String statements) {
    return Probe.kernel(statements).program().floatRows() - Warp.RESERVED_ROWS;
  }
}

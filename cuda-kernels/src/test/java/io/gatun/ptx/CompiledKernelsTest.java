package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.LaunchGeometry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that nvcc compiled (`src/test/resources/ptx/families.cu`, made by `compile.sh`) against
/// plain Java, for each architecture.
class CompiledKernelsTest {
  private static final long SEED = 11;
  private static final int N = 150;

  private static PtxModule module(String architecture) {
    var name = "/ptx/families." + architecture + ".ptx";
    try (var stream = CompiledKernelsTest.class.getResourceAsStream(name)) {
      return PtxParser.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static VirtualGpu gpu() {
    return new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.CHECKED, 1, SEED);
  }

  private static long put(VirtualGpu gpu, MemorySegment data) {
    var address = gpu.memory().allocate(data.byteSize(), "input");
    gpu.memory().write(address, data);
    return address;
  }

  /// Argument bytes: pointers, then an int.
  private static byte[] arguments(int last, long... addresses) {
    var bytes = ByteBuffer.allocate(8 * addresses.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    for (var address : addresses) {
      bytes.putLong(address);
    }
    return bytes.putInt(last).array();
  }

  private static final LaunchGeometry GRID = LaunchGeometry.of(3, 64);

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void functions(String architecture) {
    var random = new Random(SEED);
    var x = new float[N];
    for (var i = 0; i < N; i++) {
      x[i] = (float) (random.nextGaussian() * (i % 5 == 0 ? 1e6 : 3));
    }
    try (var gpu = gpu()) {
      var in = put(gpu, MemorySegment.ofArray(x));
      var out = gpu.memory().allocate(24 * N, "out");
      gpu.launch(module(architecture).kernel("functions"), GRID, arguments(N, in, out));
      var y = new float[6 * N];
      gpu.memory().read(out, MemorySegment.ofArray(y));
      for (var i = 0; i < N; i++) {
        double v = x[i];
        close(Math.sin(v), y[6 * i], 2e-6, "sin " + v);
        close(Math.cos(v), y[6 * i + 1], 2e-6, "cos " + v);
        close(Math.pow((float) Math.abs(v) + 0.5f, 1.7f), y[6 * i + 2], 4e-6, "pow " + v);
        close(Math.log(Math.abs(v) + 1e-3), y[6 * i + 4], 2e-6, "log " + v);
        close(Math.tanh(v), y[6 * i + 5], 2e-6, "tanh " + v);
      }
      close(erf(0.3f), 0.3286268, 1e-6, "erf reference");
      for (var i = 0; i < N; i++) {
        close(erf(x[i]), y[6 * i + 3], 4e-6, "erf " + x[i]);
      }
    }
  }

  /// Abramowitz and Stegun's series 7.1.5 below 3, where erf is 1 within an f32 beyond 4.
  private static double erf(double x) {
    if (Math.abs(x) > 4) {
      return Math.signum(x);
    }
    double sum = 0, term = x;
    for (var k = 0; k < 120; k++) {
      sum += term / (2 * k + 1);
      term *= -x * x / (k + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void doubles(String architecture) {
    var random = new Random(SEED);
    var x = new double[N];
    for (var i = 0; i < N; i++) {
      x[i] = random.nextGaussian() * (i % 5 == 0 ? 1e9 : 3);
    }
    try (var gpu = gpu()) {
      var in = put(gpu, MemorySegment.ofArray(x));
      var out = gpu.memory().allocate(24 * N, "out");
      gpu.launch(module(architecture).kernel("doubles"), GRID, arguments(N, in, out));
      var y = new double[3 * N];
      gpu.memory().read(out, MemorySegment.ofArray(y));
      for (var i = 0; i < N; i++) {
        close(Math.sin(x[i]), y[3 * i], 1e-14, "sin " + x[i]);
        close(Math.pow(Math.abs(x[i]) + 0.25, 2.3), y[3 * i + 1], 1e-14, "pow " + x[i]);
        close(Math.exp(x[i] * 0.01), y[3 * i + 2], 1e-14, "exp " + x[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void halves(String architecture) {
    var random = new Random(SEED);
    int[] x = new int[N], b = new int[N];
    for (var i = 0; i < N; i++) {
      x[i] = Half.F16.pair((float) random.nextGaussian(), (float) random.nextGaussian());
      b[i] = Half.BF16.pair((float) random.nextGaussian(), (float) random.nextGaussian());
    }
    try (var gpu = gpu()) {
      var inX = put(gpu, MemorySegment.ofArray(x));
      var inB = put(gpu, MemorySegment.ofArray(b));
      var outX = gpu.memory().allocate(4 * N, "y");
      var outB = gpu.memory().allocate(4 * N, "c");
      gpu.launch(module(architecture).kernel("halves"), GRID, arguments(N, inX, outX, inB, outB));
      int[] y = new int[N], c = new int[N];
      gpu.memory().read(outX, MemorySegment.ofArray(y));
      gpu.memory().read(outB, MemorySegment.ofArray(c));
      for (var i = 0; i < N; i++) {
        assertEquals(
            Half.F16.pair(square(Half.F16.high(x[i])), square(Half.F16.low(x[i]))), y[i], "f16");
        assertEquals(
            Half.BF16.pair(raise(Half.BF16.high(b[i])), raise(Half.BF16.low(b[i]))), c[i], "bf16");
      }
    }
  }

  private static float square(float x) {
    var half = Half.F16.value(Half.F16.bits(x * 0.5f));
    return Rounding.ODD.sum((double) x * x, half);
  }

  private static float raise(float b) {
    return b + Math.max(b, 0.25f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void integers(String architecture) {
    var x = new Random(SEED).longs(N).toArray();
    try (var gpu = gpu()) {
      var in = put(gpu, MemorySegment.ofArray(x));
      var out = gpu.memory().allocate(8 * N, "out");
      gpu.launch(module(architecture).kernel("integers"), GRID, arguments(N, in, out));
      var y = new long[N];
      gpu.memory().read(out, MemorySegment.ofArray(y));
      for (var i = 0; i < N; i++) {
        var sum = 0L;
        for (var k = 0; k < (i & 7) + 1; k++) {
          var seen = k * i & 7;
          var value = x[(i + seen) % N] * seen;
          sum += value / (k + 1) + value % 7;
        }
        assertEquals(sum, y[i], "element " + i + ", seed " + SEED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void rows(String architecture) {
    var random = new Random(SEED);
    var columns = 333;
    var x = new float[5 * columns];
    for (var i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    try (var gpu = gpu()) {
      var in = put(gpu, MemorySegment.ofArray(x));
      var out = gpu.memory().allocate(20, "out");
      var geometry = LaunchGeometry.of(5, 96);
      gpu.launch(module(architecture).kernel("rows"), geometry, arguments(columns, in, out));
      var y = new float[5];
      gpu.memory().read(out, MemorySegment.ofArray(y));
      for (var row = 0; row < 5; row++) {
        var sum = 0.0;
        for (var c = 0; c < columns; c++) {
          sum += (double) x[row * columns + c] * x[row * columns + c];
        }
        close(sum, y[row], 1e-6, "row " + row);
      }
    }
  }

  private static void close(double expected, double actual, double tolerance, String what) {
    var error = Math.abs(expected - actual) / Math.max(1, Math.abs(expected));
    assertTrue(
        expected == actual || error <= tolerance, what + ": " + actual + ", expected " + expected);
  }
}

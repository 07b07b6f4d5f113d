package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bindings.NativeLibraries;
import io.gatun.cuda.Architecture;
import io.gatun.engine.EngineException;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real library, where it is found; no GPU is needed.
class NvrtcCompilerTest {
  private static final String KERNEL =
      """
      #include "scalar.cuh"
      extern "C" __global__ void axpy(float a, const float* x, float* y) {
        y[threadIdx.x] = map(a * x[threadIdx.x] + y[threadIdx.x]);
      }
      """;
  private static final Map<String, String> HEADER =
      Map.of("scalar.cuh", "__device__ __forceinline__ float map(float v) { return 1.0f / v; }\n");

  private static NvrtcCompiler compiler;

  @BeforeAll
  static void find() {
    var found = NvrtcCompiler.find();
    if (found.isEmpty()) {
      String message = "SKIPPED: " + NativeLibraries.resolve("nvrtc").cure();
      System.err.println("[WARNING] NvrtcCompilerTest " + message);
      Assumptions.abort(message);
    }
    compiler = found.get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void headersStayInMemory(String name) {
    var architecture = name.equals("sm_100") ? new Architecture(10, 0) : Architecture.of(name);
    var ptx = text(new KernelSource("axpy.cu", KERNEL, HEADER), architecture);
    assertTrue(ptx.contains(".target " + architecture.hardware()), ptx);
    assertTrue(ptx.contains(".entry axpy("), ptx);
    assertTrue(ptx.contains(".loc"), ptx);
    assertFalse(ptx.indexOf('\0') >= 0, "the zero at the end is not a part of the text");
  }

  @Test
  void floatingPointDoesAsItIsTold() {
    var ptx = text(new KernelSource("axpy.cu", KERNEL, HEADER), Architecture.of("sm_80"));
    assertTrue(ptx.contains("mul.f32") || ptx.contains("mul.rn.f32"), ptx);
    assertTrue(ptx.contains("rcp.rn.f32") || ptx.contains("div.rn.f32"), ptx);
    assertFalse(ptx.contains("fma.rn.f32"), ptx);
  }

  @Test
  void machineCodeIsAnElfFile() {
    var source = new KernelSource("axpy.cu", KERNEL, HEADER);
    byte[] cubin = compiler.compile(source, Architecture.of("sm_90"), Code.MACHINE);
    assertArrayEquals(new byte[] {0x7f, 'E', 'L', 'F'}, Arrays.copyOf(cubin, 4));
  }

  @Test
  void anErrorHasTheCompilersLog() {
    var source = KernelSource.of("wrong.cu", "\n__global__ void k() { return 1 +; }\n");
    var e =
        assertThrows(
            EngineException.class, () -> compiler.compile(source, Architecture.of("sm_90")));
    assertTrue(e.getMessage().contains("wrong.cu(2)"), e.getMessage());
    assertTrue(e.getMessage().contains(compiler.version()), e.getMessage());
  }

  @Test
  void aMissingHeaderIsNamed() {
    var source = KernelSource.of("axpy.cu", KERNEL);
    var e =
        assertThrows(
            EngineException.class, () -> compiler.compile(source, Architecture.of("sm_90")));
    assertTrue(e.getMessage().contains("scalar.cuh"), e.getMessage());
  }

  @Test
  void anUnknownArchitectureIsNamed() {
    var source = new KernelSource("axpy.cu", KERNEL, HEADER);
    var e =
        assertThrows(EngineException.class, () -> compiler.compile(source, new Architecture(2, 0)));
    assertTrue(e.getMessage().contains("compute_20"), e.getMessage());
  }

  private static String text(KernelSource source, Architecture architecture) {
    return new String(compiler.compile(source, architecture), StandardCharsets.UTF_8);
  }
}

package io.gatun.engine.cuda.driver;

import io.gatun.bindings.NativeLibraries;
import io.gatun.cuda.CudaException;
import io.gatun.engine.EngineException;
import io.gatun.engine.Setting;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.NvccCompiler;
import java.util.LinkedHashMap;
import java.util.Map;

/// What this machine offers to the CUDA device, in words, for `gatun doctor`.
public final class CudaReport {
  private CudaReport() {}

  /// A text for the driver, each GPU, the compiler and the libraries. Never fails.
  public static Map<String, String> lines() {
    var lines = new LinkedHashMap<String, String>();
    try (var driver = NativeCudaDriver.open()) {
      int version = driver.version();
      int count = driver.deviceCount();
      lines.put(
          "driver", "CUDA %d.%d, GPUs: %d".formatted(version / 1000, version % 1000 / 10, count));
      for (int i = 0; i < count; i++) lines.put("gpu " + i, gpu(driver, i));
    } catch (EngineException | CudaException e) {
      lines.put("driver", e.getMessage().lines().findFirst().orElse("does not work"));
    }
    lines.put("compiler", compiler());
    lines.put("libraries", libraries());
    return lines;
  }

  private static String gpu(NativeCudaDriver driver, int ordinal) {
    var properties = driver.properties(ordinal);
    return "%s, %s, %.1f GiB, %d multiprocessors"
        .formatted(
            properties.name(),
            properties.architecture(),
            properties.totalMemory() / (double) (1L << 30),
            properties.multiprocessors());
  }

  private static String compiler() {
    return NvrtcCompiler.find()
        .map(KernelCompiler::version)
        .or(() -> NvccCompiler.find().map(KernelCompiler::version))
        .orElse("none; kernels with a hole need one: " + NativeLibraries.resolve("nvrtc").cure());
  }

  private static String libraries() {
    try {
      return Setting.LIBRARIES.isOn(System.getenv(), true)
          ? "products by %s, convolutions by %s".formatted(by("cublaslt"), by("cudnn"))
          : "off, by GATUN_LIBRARIES";
    } catch (EngineException e) {
      return e.getMessage();
    }
  }

  private static String by(String library) {
    return NativeLibraries.isAvailable(library) ? library : "own kernels";
  }
}

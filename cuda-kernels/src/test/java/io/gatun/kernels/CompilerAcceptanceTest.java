package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gatun.ptx.PtxModule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The virtual GPU takes what nvcc and NVRTC print for `compute_80`, `compute_90` and
/// `compute_100`: it decodes the kernels whole, and refuses what it does not know. Files that the
/// build has compiled anyway are all tried, of the others one of each kind, or with
/// `-Dgatun.conformance=all` all of them.
class CompilerAcceptanceTest {
  private static final List<String> SOME =
      List.of("contract_tensor.cu", "optimizer.cu", "random.cu", "transpose.cu");

  static Stream<KernelTarget> targets() {
    return KernelTarget.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void decodesTheKernels(KernelTarget target) {
    target.assumeCompiler();
    boolean all =
        CompiledKernels.isBuilt(target)
            || System.getProperty("gatun.conformance", "").equals("all");
    var files = all ? allFiles() : SOME;
    ScopedValue.where(KernelTarget.CURRENT, target)
        .run(() -> files.forEach(file -> check(file, target.architecture())));
  }

  private static List<String> allFiles() {
    return SourceCompiler.sources().keySet().stream().filter(f -> f.endsWith(".cu")).toList();
  }

  private static void check(String file, int architecture) {
    PtxModule module = CompiledKernels.module(file, architecture);
    assertEquals(architecture, 10 * module.target().major() + module.target().minor(), file);
    assertFalse(module.kernels().isEmpty(), file + " has no kernel");
  }
}

package io.gatun.kernels;

import io.gatun.ptx.PtxModule;
import io.gatun.ptx.PtxParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/// The kernels of this module as the build, or the compiler of [KernelTarget], compiled them, as
/// modules of the virtual GPU.
final class CompiledKernels {
  private static final Path BUILT = Path.of("target/classes/io/gatun/kernels/ptx");

  /// That the build compiles for.
  private static final Set<Integer> ARCHITECTURES = Set.of(80, 90);

  private static final Map<String, PtxModule> MODULES = new ConcurrentHashMap<>();

  private CompiledKernels() {}

  /// A file's module; the test is skipped, and says so, where the build found no nvcc.
  static PtxModule module(String file, int architecture) {
    var key = file + " sm_" + architecture + " " + KernelTarget.currentCompiler();
    return MODULES.computeIfAbsent(key, _ -> PtxParser.parse(ptx(file, architecture)));
  }

  static boolean isBuilt(KernelTarget target) {
    return target.compiler() == KernelTarget.Compiler.NVCC
        && ARCHITECTURES.contains(target.architecture());
  }

  static String ptx(String file, int architecture) {
    if (!isBuilt(new KernelTarget(KernelTarget.currentCompiler(), architecture))) {
      return SourceCompiler.ptx(SourceCompiler.sources(), file, architecture, List.of());
    }
    var ptx = BUILT.resolve("sm_" + architecture).resolve(file.replace(".cu", ".ptx"));
    Assumptions.assumeTrue(
        Files.exists(ptx), "the build found no nvcc, so the kernels are not tested: no " + ptx);
    try {
      return Files.readString(ptx);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.cuda.CudaToolkit;
import io.gatun.kernels.KernelTarget.Compiler;
import io.gatun.ptx.PtxParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel of a folder of CUDA sources decodes, as nvcc and NVRTC compile it for three
/// architectures. The folder is the property `gatun.kernels`, or the study's beside the repository;
/// the test is skipped where it, or the compiler, is absent.
class StudyKernelsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("gatun.kernels", "../../shared/vgpu/kernels"));

  /// They use headers of the toolkit (`cuda_bf16.h`) and a constant that nvcc includes unasked.
  private static final String INFINITY = "-DINFINITY=__int_as_float(0x7f800000)";

  static Stream<KernelTarget> targets() {
    return KernelTarget.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void allDecode(KernelTarget target) {
    assumeTrue(Files.isDirectory(FOLDER), "no folder " + FOLDER + "; set -Dgatun.kernels");
    target.assumeCompiler();
    var sources = SourceCompiler.read(FOLDER);
    var files = sources.keySet().stream().filter(file -> file.endsWith(".cu")).toList();
    var options = options(target.compiler());
    int kernels =
        ScopedValue.where(KernelTarget.CURRENT, target)
            .call(
                () ->
                    files.stream()
                        .map(f -> SourceCompiler.ptx(sources, f, target.architecture(), options))
                        .mapToInt(ptx -> PtxParser.parse(ptx).kernels().size())
                        .sum());
    assertTrue(kernels >= files.size(), kernels + " kernels in " + files.size() + " files");
  }

  private static List<String> options(Compiler compiler) {
    return switch (compiler) {
      case NVCC -> List.of();
      case NVRTC -> List.of(INFINITY, "-I" + headers());
    };
  }

  private static Path headers() {
    var folders =
        CudaToolkit.programs("nvcc")
            .map(nvcc -> nvcc.getParent().resolveSibling("include"))
            .filter(folder -> Files.exists(folder.resolve("cuda_bf16.h")))
            .toList();
    assumeTrue(!folders.isEmpty(), "no cuda_bf16.h, which the study's kernels include");
    return folders.getFirst();
  }
}

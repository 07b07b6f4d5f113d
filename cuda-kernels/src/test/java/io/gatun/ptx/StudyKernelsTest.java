package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kernel of a folder of CUDA sources decodes, compiled by nvcc for three architectures. The
/// folder is the property `gatun.kernels`, or the study's beside the repository; the test is
/// skipped where it, or nvcc, is absent.
class StudyKernelsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("gatun.kernels", "../../shared/vgpu/kernels"));

  @Test
  void allDecode(@TempDir Path out) throws IOException, InterruptedException {
    assumeTrue(Files.isDirectory(FOLDER), "no folder " + FOLDER + "; set -Dgatun.kernels");
    assumeTrue(runs(List.of("nvcc", "--version")), "no nvcc");
    List<Path> sources;
    try (var files = Files.list(FOLDER)) {
      sources = files.filter(file -> file.toString().endsWith(".cu")).sorted().toList();
    }
    for (var architecture : List.of("compute_80", "compute_90", "compute_100")) {
      var kernels = 0;
      for (var source : sources) {
        var ptx = out.resolve(source.getFileName() + "." + architecture + ".ptx");
        var compile =
            List.of(
                "nvcc", "-ptx", "-arch=" + architecture, source.toString(), "-o", ptx.toString());
        assertTrue(runs(compile), source + " does not compile for " + architecture);
        kernels += PtxParser.parse(Files.readString(ptx)).kernels().size();
      }
      assertTrue(kernels >= sources.size(), kernels + " kernels in " + sources.size() + " files");
    }
  }

  private static boolean runs(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}

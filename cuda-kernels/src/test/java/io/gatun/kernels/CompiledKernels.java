package io.gatun.kernels;

import io.gatun.ptx.PtxModule;
import io.gatun.ptx.PtxParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The kernels of this module compiled by the nvcc of this machine, as modules of the virtual GPU.
/// PTX is kept below `target` by the content of all sources, so a second run compiles nothing.
final class CompiledKernels {
  private static final Path SOURCES = Path.of("src/main/cuda");
  private static final Map<String, PtxModule> MODULES = new ConcurrentHashMap<>();

  private CompiledKernels() {}

  /// A file's module; the test is skipped, and says so, where there is no nvcc.
  static PtxModule module(String file, int architecture) {
    return MODULES.computeIfAbsent(
        file + " sm_" + architecture, _ -> PtxParser.parse(ptx(file, architecture)));
  }

  static String ptx(String file, int architecture) {
    try {
      var folder = Files.createDirectories(Path.of("target/ptx/sm_" + architecture));
      var ptx = folder.resolve(file.replace(".cu", "-" + digest(file) + ".ptx"));
      if (!Files.exists(ptx)) compile(SOURCES.resolve(file), architecture, ptx);
      return Files.readString(ptx);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("nvcc on " + file, e);
    }
  }

  private static void compile(Path source, int architecture, Path ptx)
      throws IOException, InterruptedException {
    var part = Files.createTempFile(ptx.getParent(), "", ".part");
    Process nvcc;
    try {
      nvcc =
          new ProcessBuilder(
                  "nvcc",
                  "-ptx",
                  "-arch=compute_" + architecture,
                  "-lineinfo",
                  source.toString(),
                  "-o",
                  part.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Assumptions.abort("no nvcc on the path: the kernels are not tested (" + e.getMessage() + ")");
      return;
    }
    var output = new String(nvcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (nvcc.waitFor() != 0) throw new IllegalStateException("nvcc on " + source + ":\n" + output);
    Files.move(part, ptx, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /// Of the file and all headers.
  private static String digest(String file) throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      var digest = MessageDigest.getInstance("SHA-256");
      for (Path path : files.sorted().toList()) {
        var name = path.getFileName().toString();
        if (name.equals(file) || name.endsWith(".cuh")) digest.update(Files.readAllBytes(path));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

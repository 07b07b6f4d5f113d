package io.gatun.engine.cuda.compile;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaToolkit;
import io.gatun.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The CUDA toolkit's `nvcc`, one process for each source.
public final class NvccCompiler implements KernelCompiler {
  /// The last line but one of `nvcc --version`: `Cuda compilation tools, release 13.0, V13.0.88`.
  private static final Pattern VERSION = Pattern.compile("release [\\d.]+, V([\\d.]+)");

  private final Path nvcc;
  private final String version;

  private NvccCompiler(Path nvcc, String version) {
    this.nvcc = nvcc;
    this.version = version;
  }

  /// The `nvcc` of this machine, see [CudaToolkit]; empty where there is none.
  public static Optional<NvccCompiler> find() {
    return find(System.getenv());
  }

  static Optional<NvccCompiler> find(Map<String, String> environment) {
    return CudaToolkit.programs("nvcc", environment)
        .map(NvccCompiler::at)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /// The compiler at a path; empty where it does not tell its version.
  private static Optional<NvccCompiler> at(Path nvcc) {
    try {
      var matcher = VERSION.matcher(run(List.of(nvcc.toString(), "--version")).output());
      return matcher.find()
          ? Optional.of(new NvccCompiler(nvcc, "nvcc " + matcher.group(1)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public byte[] compile(KernelSource source, Architecture architecture, Code code) {
    try {
      Path folder = Files.createTempDirectory("gatun-nvcc");
      try {
        return compile(folder, source, architecture, code);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("nvcc " + source.name(), e);
    }
  }

  private byte[] compile(Path folder, KernelSource source, Architecture architecture, Code code)
      throws IOException {
    Path file = folder.resolve(source.name());
    Path image = folder.resolve("out");
    Files.writeString(file, source.text());
    for (var header : source.headers().entrySet()) {
      Files.writeString(folder.resolve(header.getKey()), header.getValue());
    }
    String form = code == Code.PTX ? "-ptx" : "-cubin";
    var command = new ArrayList<>(List.of(nvcc.toString(), form, "-std=c++17", "-lineinfo"));
    command.addAll(FLOATING_POINT);
    command.addAll(List.of("-arch=" + code.name(architecture), "-I", folder.toString()));
    command.addAll(List.of("-o", image.toString(), file.toString()));
    var result = run(command);
    if (result.status() != 0) {
      throw new EngineException(
          "%s: %s does not compile for %s; this is an error of Gatun, please report it:\n%s"
              .formatted(version, source.name(), architecture, result.output()));
    }
    return Files.readAllBytes(image);
  }

  private record Result(int status, String output) {}

  private static Result run(List<String> command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (var stream = process.getInputStream()) {
      var output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while " + command.getFirst() + " was running", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}

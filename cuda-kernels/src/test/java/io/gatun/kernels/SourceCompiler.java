package io.gatun.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The nvcc of this machine, or NVRTC where [KernelTarget] says so. What it made is kept below
/// `target` by the content of all sources and options, so that a second run compiles nothing. Tests
/// are skipped, and say so, where it is absent.
final class SourceCompiler {
  private static final Path SOURCES = Path.of("src/main/cuda");
  private static final Path HOLES = Path.of("src/test/cuda");
  private static final Path RESULTS = Path.of("target/nvcc");
  private static final Pattern INCLUDE = Pattern.compile("#include \"([^\"]+)\"");

  private SourceCompiler() {}

  /// The module's sources by file name.
  static Map<String, String> sources() {
    return read(SOURCES);
  }

  /// The module's sources with the hole that this folder of `src/test/cuda` fills.
  static Map<String, String> sources(String hole) {
    var files = sources();
    files.putAll(read(HOLES.resolve(hole)));
    return files;
  }

  /// The files of a folder by name.
  static Map<String, String> read(Path folder) {
    var files = new TreeMap<String, String>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.readString(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /// PTX of a file, for a virtual GPU.
  static String ptx(
      Map<String, String> files, String file, int architecture, List<String> options) {
    var needed = new TreeMap<String, String>();
    include(files, file, needed);
    try {
      var compiler = KernelTarget.currentCompiler();
      var key = options + " " + architecture + " " + compiler;
      var folder = RESULTS.resolve(digest(needed, file, key));
      var ptx = folder.resolve(file.replace(".cu", ".ptx"));
      if (!Files.exists(ptx)) {
        Files.createDirectories(folder);
        for (var entry : needed.entrySet()) {
          Files.writeString(folder.resolve(entry.getKey()), entry.getValue());
        }
        var part = folder.resolve("part");
        switch (compiler) {
          case NVCC -> run(folder, file, architecture, options, part);
          case NVRTC ->
              Files.writeString(
                  part, Nvrtc.find().orElseThrow().ptx(needed, file, architecture, options));
        }
        Files.move(part, ptx, StandardCopyOption.ATOMIC_MOVE);
      }
      return Files.readString(ptx);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds a file and what it includes.
  private static void include(Map<String, String> all, String file, Map<String, String> files) {
    String text = all.get(file);
    if (text == null || files.putIfAbsent(file, text) != null) return;
    var includes = INCLUDE.matcher(text);
    while (includes.find()) include(all, includes.group(1), files);
  }

  private static void run(
      Path folder, String file, int architecture, List<String> options, Path result) {
    var command =
        new ArrayList<>(List.of("nvcc", "-ptx", "-lineinfo", "-arch=compute_" + architecture));
    command.addAll(options);
    command.addAll(List.of(file, "-o", result.getFileName().toString()));
    try {
      var nvcc =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      var output = new String(nvcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (nvcc.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ":\n" + output);
      }
    } catch (IOException e) {
      Assumptions.abort("no nvcc on the path, so no kernel is tested: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Of the files and the rest that the result depends on.
  private static String digest(Map<String, String> files, String file, String rest) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (name, text) ->
              digest.update((name + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8)));
      digest.update(rest.getBytes(StandardCharsets.UTF_8));
      return file.replace(".cu", "-") + HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.gatun.ptx;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaToolkit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the assembler of the CUDA toolkit says of each kernel (`ptxas -v`).
///
/// @param kernels by name
public record PtxasReport(Map<String, Kernel> kernels) {
  /// One kernel's needs.
  ///
  /// @param registers of a thread
  /// @param sharedBytes static ones, of a block
  /// @param stackBytes of a thread
  /// @param spillStoreBytes bytes of registers that a thread writes to its stack
  /// @param spillLoadBytes bytes of registers that a thread reads from there
  public record Kernel(
      int registers, int sharedBytes, int stackBytes, int spillStoreBytes, int spillLoadBytes) {}

  private static final Pattern ENTRY = Pattern.compile("Compiling entry function '([^']+)'");
  private static final Pattern STACK =
      Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill");
  private static final Pattern USED = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  public PtxasReport {
    kernels = Map.copyOf(kernels);
  }

  /// Reads what `ptxas -v` printed.
  public static PtxasReport parse(Stream<String> lines) {
    var kernels = new LinkedHashMap<String, Kernel>();
    var name = "";
    var stack = new int[3];
    for (var line : lines.toList()) {
      var entry = ENTRY.matcher(line);
      if (entry.find()) {
        name = entry.group(1);
        stack = new int[3];
        continue;
      }
      var frame = STACK.matcher(line);
      if (frame.find()) {
        stack = new int[] {number(frame, 1), number(frame, 2), number(frame, 3)};
      }
      var used = USED.matcher(line);
      if (used.find() && !name.isEmpty()) {
        var shared = SHARED.matcher(line);
        var sharedBytes = shared.find() ? number(shared, 1) : 0;
        kernels.put(name, new Kernel(number(used, 1), sharedBytes, stack[0], stack[1], stack[2]));
      }
    }
    return new PtxasReport(kernels);
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  /// Assembles PTX and reports on it; empty where no assembler is found ([#assembler]).
  ///
  /// @throws IllegalArgumentException where the assembler refuses the text; holds what it said
  public static Optional<PtxasReport> of(String ptx, Architecture architecture) {
    return assembler().map(program -> run(program, ptx, architecture));
  }

  /// The program `ptxas` of this machine; see [CudaToolkit].
  public static Optional<Path> assembler() {
    return CudaToolkit.programs("ptxas").findFirst();
  }

  private static PtxasReport run(Path program, String ptx, Architecture architecture) {
    try {
      var folder = Files.createTempDirectory("gatun-ptxas");
      try {
        var source = Files.writeString(folder.resolve("kernels.ptx"), ptx);
        var process =
            new ProcessBuilder(
                    program.toString(),
                    "-v",
                    "-arch=" + architecture.hardware(),
                    "-o",
                    folder.resolve("kernels.cubin").toString(),
                    source.toString())
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader()) {
          var lines = output.readAllLines();
          if (process.waitFor() != 0) {
            throw new IllegalArgumentException(
                program + " refused the PTX: " + String.join("; ", lines));
          }
          return parse(lines.stream());
        }
      } finally {
        for (var name : List.of("kernels.ptx", "kernels.cubin")) {
          Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + program + " ran", interrupted);
    }
  }
}

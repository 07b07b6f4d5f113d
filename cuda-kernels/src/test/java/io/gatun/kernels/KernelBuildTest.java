package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.Architecture;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.Occupancy;
import io.gatun.ptx.PtxKernel;
import io.gatun.ptx.PtxParser;
import io.gatun.ptx.PtxasReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/// Compiles every kernel, and templates with filled holes, for two GPUs, and compares what ptxas
/// says with the table `registers.txt`: no spills, no stack, no more registers, no fewer blocks
/// on a multiprocessor. `-Dgolden.update=true` writes the table anew.
class KernelBuildTest {
  private static final Path TABLE = Path.of("src/test/resources/io/gatun/kernels/registers.txt");

  /// A file as it is compiled: its hole ("" the default one) and definitions.
  private record Build(String file, String hole, String label, List<String> options) {}

  /// What one kernel takes.
  private record Use(int registers, int stack, int blocks) {
    String row(String key) {
      return "%s %d %d".formatted(key, registers, blocks);
    }
  }

  @Test
  void kernelsKeepToTheirRegistersWithoutAStack() throws IOException, InterruptedException {
    var uses = new TreeMap<String, Use>();
    try (var workers = Executors.newFixedThreadPool(2)) {
      var running = new ArrayList<Future<Map<String, Use>>>();
      for (int architecture : List.of(80, 90)) {
        for (Build build : builds()) running.add(workers.submit(() -> uses(build, architecture)));
      }
      for (var future : running) uses.putAll(result(future));
    }
    if (Boolean.getBoolean("golden.update")) write(uses);
    assertEquals("", problems(uses, read()));
  }

  private static Map<String, Use> result(Future<Map<String, Use>> future)
      throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TestAbortedException aborted) throw aborted;
      throw new IllegalStateException(e.getCause());
    }
  }

  private static List<Build> builds() {
    var builds = new ArrayList<Build>();
    for (String file : SourceCompiler.sources().keySet()) {
      if (file.endsWith(".cu")) builds.add(new Build(file, "", "", List.of()));
    }
    for (String file : List.of("contract_simt.cu", "contract_split.cu", "contract_tensor.cu")) {
      builds.add(new Build(file, "convolution", "convolution", List.of()));
    }
    for (var product :
        List.of(
            Product.of(2, 1024, 1024, 1024).types("BF16", "BF16", "BF16", "BF16"),
            Product.of(2, 1024, 1024, 1024).types("F32", "F32", "F32", "BF16"),
            Product.of(2, 1001, 1001, 1001)
                .types("F16", "F16", "F32", "F16")
                .transposed(true, true),
            Product.of(2, 1001, 1001, 1001).types("F32", "F32", "F32", "F32").opaque())) {
      builds.add(
          new Build("contract_tensor.cu", "product", product.label(), product.definitions()));
    }
    return builds;
  }

  private static Map<String, Use> uses(Build build, int architecture) {
    String ptx =
        build.hole().isEmpty()
            ? CompiledKernels.ptx(build.file(), architecture)
            : SourceCompiler.ptx(
                SourceCompiler.sources(build.hole()), build.file(), architecture, build.options());
    var report = PtxasReport.of(ptx, new Architecture(architecture / 10, architecture % 10));
    Assumptions.assumeTrue(report.isPresent(), "no ptxas is found, so registers are not counted");
    var module = PtxParser.parse(ptx);
    var uses = new HashMap<String, Use>();
    report
        .get()
        .kernels()
        .forEach(
            (name, kernel) -> {
              int blocks = blocks(module.kernel(name), kernel.registers(), architecture);
              String key = name + (build.label().isEmpty() ? "" : "/" + build.label());
              // Spilled registers lie in the stack.
              int stack = kernel.stackBytes();
              uses.put(key + " sm_" + architecture, new Use(kernel.registers(), stack, blocks));
            });
    return uses;
  }

  /// Blocks that registers and static shared memory allow.
  private static int blocks(PtxKernel kernel, int registers, int architecture) {
    var device = DeviceProfile.named(architecture == 80 ? "a100" : "h100").properties();
    return Occupancy.of(device, kernel.maxThreads(), registers, kernel.sharedBytes()).blocks();
  }

  private static String problems(Map<String, Use> uses, Map<String, Use> table) {
    var problems = new ArrayList<String>();
    uses.forEach(
        (key, use) -> {
          if (use.stack() > 0)
            problems.add(key + " has a stack of %d bytes".formatted(use.stack()));
          var allowed = table.get(key);
          if (allowed == null) {
            problems.add(key + " is not in the table; write it with -Dgolden.update=true");
          } else if (use.registers() > allowed.registers() || use.blocks() < allowed.blocks()) {
            problems.add(
                "%s has %d registers, %d blocks; the table says %d and %d"
                    .formatted(
                        key, use.registers(), use.blocks(), allowed.registers(), allowed.blocks()));
          }
        });
    for (String key : table.keySet()) {
      if (!uses.containsKey(key)) problems.add(key + " is in the table, but no such kernel");
    }
    return String.join("\n", problems);
  }

  private static void write(Map<String, Use> uses) throws IOException {
    var text = new StringBuilder("# kernel[/filled hole] architecture registers blocks\n");
    uses.forEach((key, use) -> text.append(use.row(key)).append('\n'));
    Files.createDirectories(TABLE.getParent());
    Files.writeString(TABLE, text);
  }

  private static Map<String, Use> read() throws IOException {
    var table = new TreeMap<String, Use>();
    if (!Files.exists(TABLE)) return table;
    for (String line : Files.readAllLines(TABLE)) {
      if (line.startsWith("#")) continue;
      var words = line.split(" ");
      table.put(
          words[0] + " " + words[1],
          new Use(Integer.parseInt(words[2]), 0, Integer.parseInt(words[3])));
    }
    return table;
  }
}

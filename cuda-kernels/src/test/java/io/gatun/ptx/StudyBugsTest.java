package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The seeded bugs of the study that lies beside the repository, in `shared/vgpu/bugs`; skipped
/// where that or nvcc is not there.
class StudyBugsTest {
  private static final int THREADS = 128;

  private static Optional<Path> bugs() {
    return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve("shared/vgpu/bugs/bugs.cu"))
        .filter(Files::isReadable)
        .findFirst();
  }

  private static PtxModule compile(Path source, Path folder)
      throws IOException, InterruptedException {
    var nvcc =
        PtxasReport.assembler().map(ptxas -> ptxas.resolveSibling("nvcc")).filter(Files::exists);
    assumeTrue(nvcc.isPresent(), "nvcc is not installed");
    var target = folder.resolve("bugs.ptx");
    var process =
        new ProcessBuilder(
                nvcc.get().toString(),
                "-arch=compute_80",
                "-std=c++17",
                "-lineinfo",
                "-ptx",
                "-o",
                target.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    try (var output = process.inputReader()) {
      var lines = output.readAllLines();
      assertEquals(0, process.waitFor(), String.join("\n", lines));
    }
    return PtxParser.parse(Files.readString(target));
  }

  private static Argument[] inputAndOutput(KernelRig rig) {
    return new Argument[] {rig.floats("x", 1024), rig.raw("y", 1024)};
  }

  private static void finds(
      PtxModule module,
      String kernel,
      Set<GpuFault.Kind> kinds,
      Function<KernelRig, Argument[]> arguments) {
    try (var rig = new KernelRig(ExecutionMode.CHECKED, 3)) {
      var values = arguments.apply(rig);
      var fault =
          assertThrows(
              GpuFault.class,
              () -> rig.launch(module.kernel(kernel), LaunchGeometry.of(1, THREADS), values),
              kernel);
      assertTrue(kinds.contains(fault.kind()), fault.getMessage());
      assertTrue(fault.place().source().contains("bugs.cu"), fault.getMessage());
    }
  }

  private static void finds(PtxModule module, String kernel, GpuFault.Kind... kinds) {
    finds(module, kernel, Set.of(kinds), StudyBugsTest::inputAndOutput);
  }

  @Test
  void allAreFoundAndTheTwinsAreClean(@TempDir Path folder)
      throws IOException, InterruptedException {
    var source = bugs();
    assumeTrue(source.isPresent(), "shared/vgpu/bugs is not beside the repository");
    var module = compile(source.get(), folder);
    finds(
        module,
        "oob",
        Set.of(GpuFault.Kind.OUT_OF_BOUNDS),
        rig -> new Argument[] {rig.raw("x", 100), new Argument.Int(100)});
    finds(module, "misaligned", GpuFault.Kind.MISALIGNED);
    finds(module, "race", GpuFault.Kind.SHARED_RACE, GpuFault.Kind.UNINITIALISED);
    finds(module, "war", GpuFault.Kind.SHARED_RACE);
    finds(module, "divbar", GpuFault.Kind.DIVERGENT_BARRIER);
    finds(module, "uninit", GpuFault.Kind.UNINITIALISED);
    finds(module, "nowait", GpuFault.Kind.ASYNC_COPY, GpuFault.Kind.UNINITIALISED);
    finds(module, "badshfl", GpuFault.Kind.UNCONVERGED);
    finds(
        module,
        "nullp",
        Set.of(GpuFault.Kind.NULL_ACCESS),
        rig -> new Argument[] {new Argument.Pointer(0)});
    finds(
        module,
        "rdout",
        Set.of(GpuFault.Kind.UNINITIALISED),
        rig -> new Argument[] {rig.floats("x", 128), rig.raw("y", 128), rig.raw("u", 128)});
    finds(
        module,
        "usetrap",
        Set.of(GpuFault.Kind.TRAP),
        rig -> new Argument[] {rig.ints("x", 1, i -> 6)});
    finds(
        module,
        "spin",
        Set.of(GpuFault.Kind.SPIN),
        rig -> new Argument[] {rig.ints("x", 1, i -> 0)});
    for (var twin : List.of("norace", "withwait")) {
      try (var rig = new KernelRig(ExecutionMode.CHECKED, 3)) {
        rig.launch(module.kernel(twin), LaunchGeometry.of(1, THREADS), inputAndOutput(rig));
      }
    }
  }
}

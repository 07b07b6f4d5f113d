package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.cuda.lowering.DeviceShape;
import io.gatun.engine.cuda.lowering.KernelUnit;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import io.gatun.kernels.KernelSources;
import io.gatun.ptx.DeviceProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the compiler writes into the holes of the templates, for small kernels on an A100.
/// `-Dgolden.update=true` rewrites the files.
class KernelGoldenTest {
  private static void check(String name, List<String> templates, Consumer<Tracer> program)
      throws IOException {
    var tracer = new Tracer();
    program.accept(tracer);
    var plan = Compiler.compile(tracer.graph(), Target.cuda("sm_80"));
    var units = new PlanCode(plan, DeviceShape.of(DeviceProfile.A100.properties())).units();
    var known =
        templates.stream()
            .flatMap(template -> KernelSources.read(template).lines())
            .collect(Collectors.toSet());
    String actual =
        units.stream().map(unit -> written(unit, known)).collect(Collectors.joining("\n"));
    var file = Path.of("src", "test", "resources", "golden", "cuda", name + ".cuh");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    String expected = Files.readString(file, StandardCharsets.UTF_8);
    assertEquals(expected, actual, () -> "rewrite " + file + " with -Dgolden.update=true");
  }

  /// A unit from the first to the last line that is in no template, with the braces behind it, and
  /// the entries that it launches.
  private static String written(KernelUnit unit, Set<String> known) {
    var lines = unit.text().lines().toList();
    int first = 0;
    while (known.contains(lines.get(first))) first++;
    int last = lines.size() - 1;
    while (known.contains(lines.get(last))) last--;
    while (lines.get(last + 1).strip().startsWith("}")) last++;
    return Stream.concat(
            Stream.of("// " + String.join(", ", unit.entries())),
            lines.subList(first, last + 1).stream())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void aFusedMap() throws IOException {
    check(
        "map",
        List.of("map.cu"),
        t -> {
          var x = t.input("x", TensorType.f32(64, 32));
          var b = t.input("b", TensorType.f32(32));
          t.output("y", Nn.geluTanh(x.add(b)).mul(x));
        });
  }

  @Test
  void softmaxOfRows() throws IOException {
    check(
        "softmax",
        List.of("loop_rows.cu", "loop.cuh", "stage.cuh"),
        t -> {
          // Spelled out, since the device has a kernel for the composite.
          var x = t.input("x", TensorType.f32(8, 100));
          var e = x.sub(x.maxKeep(-1)).exp();
          t.output("y", e.mul(e.scalar(1).div(e.sumKeep(-1))));
        });
  }

  @Test
  void aSumOfColumns() throws IOException {
    check(
        "columns",
        List.of("loop_columns.cu", "loop.cuh", "stage.cuh"),
        t -> t.output("y", t.input("x", TensorType.f32(1000, 20)).sum(0)));
  }

  @Test
  void aProductWithItsEpilogue() throws IOException {
    check(
        "product",
        List.of("contract_simt.cu", "contract.cuh", "contract_tile.cuh"),
        t -> {
          var x = t.input("x", TensorType.f32(64, 48));
          var w = t.input("w", TensorType.f32(48, 96));
          t.output("y", Nn.relu(x.matmul(w).add(t.input("b", TensorType.f32(96)))));
        });
  }
}

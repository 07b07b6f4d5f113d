package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.kernel.KernelText;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The IR of small kernels for registers of 32 bytes. `-Dgolden.update=true` rewrites the files.
class LoopGoldenTest {
  private static void check(String name, Consumer<Tracer> program) throws IOException {
    var kernel = LoopHarness.kernels(program).getFirst();
    var module = new IrModule();
    int[] slots = IntStream.range(0, kernel.buffers().size()).toArray();
    var loop = LoopLowering.lower(module, name, kernel, slots, 32);
    String actual =
        "; "
            // The numbers of nodes are none of the lowering's business.
            + KernelText.print(kernel).replaceAll("= %\\d+:", "= ").strip().replace("\n", "\n; ")
            + "\n; "
            + loop
            + "\n\n"
            + module.text();
    var file = Path.of("src", "test", "resources", "golden", "loops", name + ".ll");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    String expected = Files.readString(file, StandardCharsets.UTF_8);
    assertEquals(expected, actual, () -> "rewrite " + file + " with -Dgolden.update=true");
  }

  @Test
  void map() throws IOException {
    check(
        "map",
        t ->
            t.output(
                "y",
                Nn.relu(t.input("x", TensorType.f32(20)).add(t.input("b", TensorType.f32(20))))));
  }

  @Test
  void column() throws IOException {
    check("column", t -> t.output("y", t.input("x", TensorType.f32(100, 11)).sum(0)));
  }

  @Test
  void row() throws IOException {
    check("row", t -> t.output("y", t.input("x", TensorType.f32(3, 21)).max(1)));
  }

  @Test
  void transposition() throws IOException {
    check(
        "transposition",
        t -> t.output("y", t.input("x", TensorType.f32(40, 24)).transpose().neg()));
  }
}

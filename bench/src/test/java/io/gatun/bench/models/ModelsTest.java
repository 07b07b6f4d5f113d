package io.gatun.bench.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bench.BoundGraph;
import io.gatun.bench.OnnxModels;
import io.gatun.bench.Peer;
import io.gatun.bench.Subject;
import io.gatun.bench.Workload;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static Row tiny() {
    return Network.of("tiny", new NetworkFile.Built("tiny.onnx", ModelsTest::write), "n=3", 0.8);
  }

  private static void write(Path file) throws IOException {
    var model = new OnnxModels();
    var x = model.input("x", ai.onnx.proto.OnnxMl.TensorProto.DataType.FLOAT, "n", "4");
    model.add("y", "MatMul", x, model.random("weight", -1, 1, 4, 5));
    model.write("y", file);
  }

  private int run(List<Peer> peers, String... more) {
    var arguments = new String[more.length + 3];
    arguments[0] = "--rounds=2";
    arguments[1] = "--batch-millis=1";
    arguments[2] = "--warm-up-millis=1";
    System.arraycopy(more, 0, arguments, 3, more.length);
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return Models.run(_ -> List.of(tiny()), peers, print, print, arguments);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aModelIsMeasuredBesideItsPeerAndAddedToThePage() throws IOException {
    var page = folder.resolve("page.md");
    assertEquals(0, run(List.of(new Other(0)), "--out", page.toString(), "ti"), this::text);
    var line = Files.readString(page).lines().reduce((_, last) -> last).orElseThrow();
    assertTrue(
        line.matches("\\| tiny \\| onnxruntime \\| .+ \\| ≤ 0.80 \\| (met|missed) \\| .+"), line);
  }

  @Test
  void asJson() {
    assertEquals(0, run(List.of(new Other(0)), "--json", "--files", folder.toString()), this::text);
    assertTrue(text().contains("\"goal\" : 0.8"), this::text);
    assertTrue(Files.isRegularFile(folder.resolve("tiny.onnx")));
  }

  @Test
  void aDeviceThatIsNoneIsAMessage() {
    assertEquals(2, run(List.of(), "--device", "nonsense"), this::text);
    assertTrue(text().contains("--device: ") && text().contains("nonsense"), this::text);
  }

  @Test
  void otherValuesAreAnError() {
    assertEquals(1, run(List.of(new Other(0.01f))), this::text);
    assertTrue(text().contains("**error** | values differ by"), this::text);
  }

  @Test
  void whereThePeerIsAbsentTheRowSaysWhatBringsIt() {
    assertEquals(0, run(List.of()), this::text);
    assertTrue(
        text().contains("skipped | no onnxruntime: its library is in the Maven profile"),
        this::text);
  }

  @Test
  void unknownNamesAreNamed() {
    assertEquals(2, run(List.of(), "huge"));
    assertTrue(text().contains("no model \"huge\"; there are [tiny]"), this::text);
  }

  @Test
  void aProbeWritesTimeAndMemory() throws IOException {
    var model = folder.resolve("tiny.onnx");
    write(model);
    var figures = folder.resolve("figures");
    Probe.main(figures.toString(), "GATUN", model.toString(), "x=F32:3x4");
    var read = FreshProcess.figures(figures);
    assertTrue(read.nanos() > 0, read::toString);
    assertEquals(Files.size(model), read.weights());
  }

  /// Another library: the reference, whose results are wrong by `error`.
  private record Other(float error) implements Peer {
    @Override
    public String name() {
      return "onnxruntime";
    }

    @Override
    public String version() {
      return "the reference";
    }

    @Override
    public Optional<Subject> prepare(Workload workload, int threads) {
      Device reference = Devices.open("reference");
      var right = new BoundGraph(reference, workload.graph(), workload.sets()).subject();
      return Optional.of(
          Subject.of(
              () -> right.nanos(1),
              () -> {
                right.close();
                reference.close();
              },
              set -> wrong(right.results(set))));
    }

    private Map<String, float[]> wrong(Map<String, float[]> results) {
      var wrong = new HashMap<>(results);
      wrong.values().forEach(values -> values[0] += error);
      return wrong;
    }
  }
}

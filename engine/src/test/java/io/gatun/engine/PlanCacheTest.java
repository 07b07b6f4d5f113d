package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.cache.ObjectCache;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Output;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanCacheTest {
  private static final Path MODELS = Path.of("../graph/src/test/resources/onnx");
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final float MARK = 1234.5f;
  private static final int MUTATIONS = 60;

  private static final Supplier<Plan> UNWANTED =
      () -> {
        throw new AssertionError("nothing was to be compiled");
      };

  @TempDir Path folder;

  private final Device device = Devices.open("cpu");

  @AfterEach
  void close() {
    device.close();
  }

  private PlanCache plans(OnnxModel model, String build) throws IOException {
    var place = Files.createDirectories(folder.resolve("plans"));
    var store =
        new PlanStore(new ObjectCache(place, 1 << 30), device.images().orElseThrow(), build);
    return new PlanCache(store, model, model.source().orElseThrow(), "");
  }

  /// The inputs of a model, seeded; open dimensions are 3.
  private static Map<String, Tensor> inputs(OnnxModel model) {
    var random = new Random(5);
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var input : model.inputs()) {
      var dims =
          input.dims().orElseThrow().stream()
              .map(d -> d.chars().allMatch(Character::isDigit) ? Integer.valueOf(d) : 3)
              .toList();
      var type = new TensorType(input.element().dtype(), new Shape(dims));
      var array =
          type.dtype().isFloat()
              ? NdArray.of(type, _ -> random.nextGaussian())
              : NdArray.ofLongs(type, _ -> random.nextInt(2));
      tensors.put(input.name(), Tensor.of(input.name(), array));
    }
    return tensors;
  }

  private static Map<String, TensorType> types(Map<String, Tensor> inputs) {
    var types = new LinkedHashMap<String, TensorType>();
    inputs.forEach((name, tensor) -> types.put(name, tensor.type()));
    return types;
  }

  private static List<byte[]> bytes(Iterable<Tensor> results) {
    var bytes = new ArrayList<byte[]>();
    for (var tensor : results) {
      bytes.add(tensor.data().toArray(ValueLayout.JAVA_BYTE));
      tensor.close();
    }
    return bytes;
  }

  private List<byte[]> run(Path file, boolean isCached) throws IOException {
    var model = Onnx.open(file);
    var inputs = inputs(Onnx.model(file));
    var plans = isCached ? Optional.of(plans(model, "build")) : Optional.<PlanCache>empty();
    try (var program = new OnnxProgram(device, model, plans)) {
      return bytes(program.run(inputs).values());
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  private boolean isKept(Path file, String build) throws IOException {
    var model = Onnx.open(file);
    var inputs = inputs(Onnx.model(file));
    inputs.values().forEach(Tensor::close);
    var found = plans(model, build).find(types(inputs), UNWANTED);
    found.ifPresent(Executable::close);
    return found.isPresent();
  }

  private static void assertSame(List<byte[]> want, List<byte[]> got, String what) {
    assertEquals(want.size(), got.size(), what);
    for (int i = 0; i < want.size(); i++) assertArrayEquals(want.get(i), got.get(i), what);
  }

  private Path copy(String name) throws IOException {
    var from = MODELS.resolve(name);
    var to = Files.createDirectories(folder.resolve(name));
    try (var files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
        Files.setLastModifiedTime(to.resolve(file.getFileName()), LONG_AGO);
      }
    }
    return to.resolve("model.onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "convnet", "lstm", "external", "pattern-bert"})
  void whatWasKeptGivesTheSameBits(String name) throws IOException {
    var file = copy(name);
    var want = run(file, false);
    assertFalse(isKept(file, "build"));
    assertSame(want, run(file, true), "compiled");
    assertTrue(isKept(file, "build"));
    assertFalse(isKept(file, "another build"));
    assertSame(want, run(file, true), "kept");
  }

  @Test
  void aProgramTellsWhatItNeedNotParseFor() throws IOException {
    var file = copy("mlp");
    var want = run(file, true);
    var model = Onnx.open(file);
    var inputs = inputs(Onnx.model(file));
    try (var program = new OnnxProgram(device, model, Optional.of(plans(model, "build")))) {
      assertFalse(program.isKept(Map.of("x", TensorType.f32(7, 3))));
      assertFalse(program.isKept(Map.of("z", inputs.get("x").type())));
      assertTrue(program.isKept(types(inputs)));
      try (var other = Tensor.of("x", NdArray.of(TensorType.f32(7, 3), _ -> 1))) {
        var results = program.run(Map.of("x", other));
        assertEquals(TensorType.f32(7, 2), results.get("y").type());
        results.values().forEach(Tensor::close);
      }
      assertSame(want, bytes(program.run(inputs).values()), "kept");
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  /// `state := state + x`, then `2 state`, of a model that gives `x + s`.
  @Test
  void aGraphMadeOfAModelIsKeptUnderItsForm() throws IOException {
    var t = new Tracer();
    var type = TensorType.f32(3);
    t.output("sum", t.input("x", type).add(t.input("s", type)));
    var file = folder.resolve("sum.onnx");
    Onnx.write(t.graph(), file);
    Files.setLastModifiedTime(file, LONG_AGO);
    for (int i = 0; i < 2; i++) {
      boolean isKept = i > 0;
      var model = Onnx.open(file);
      Supplier<Graph> graph =
          () -> {
            if (isKept) throw new AssertionError("the model was to stay unparsed");
            var read = model.graph();
            var state = read.inputs().get(1);
            var sum = read.outputs().getFirst().node();
            return new Graph(read.nodes(), List.of(Output.update(state, sum)));
          };
      var kept = new KeptGraph(model, "sum in place", Map.of("x", type, "s", type), graph);
      try (var executable = kept.on(device, Optional.of(plans(model, "build")));
          var x = Tensor.of("x", NdArray.of(type, at -> at));
          var s = Tensor.of("s", NdArray.of(type, _ -> 1))) {
        for (int run = 0; run < 2; run++) executable.run(List.of(x, s), List.of());
        assertArrayEquals(new float[] {1, 3, 5}, s.toFloats());
      }
    }
  }

  @Test
  void anExecutableThatWasKeptTellsItsPlanAndItsSteps() throws IOException {
    var file = copy("mlp");
    run(file, true);
    var model = Onnx.open(file);
    var inputs = inputs(Onnx.model(file));
    var types = types(inputs);
    var bindings = new ArrayList<>(types.entrySet());
    var later =
        new LaterPlan(
            () -> {
              var bound = Bindings.none();
              for (var entry : bindings)
                bound = bound.shape(entry.getKey(), entry.getValue().shape());
              return model.graph(bound);
            },
            device);
    try (var executable = plans(model, "build").find(types, later).orElseThrow()) {
      assertEquals(Signature.of(later.get()), executable.signature());
      assertEquals(executable.plan().steps().size(), executable.profile().steps().size());
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  /// `x (w * 2)`, where a part of `w` is [#MARK].
  private Path doubled() throws IOException {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(4, 8));
    var w = Literal.of(NdArray.of(TensorType.f32(8, 8), i -> i == 9 ? MARK : i));
    var two = Value.scalar(x.builder(), DType.F32, 2);
    var product = x.matmul(Value.constant(x.builder(), w).mul(two));
    var file = folder.resolve("doubled.onnx");
    t.output("y", product);
    Onnx.write(t.graph(), file);
    Files.setLastModifiedTime(file, LONG_AGO);
    return file;
  }

  private static void change(Path file, float from, float to) throws IOException {
    byte[] content = Files.readAllBytes(file);
    byte[] old = bytes(from);
    int at = 0;
    while (!Arrays.equals(old, 0, 4, content, at, at + 4)) at++;
    System.arraycopy(bytes(to), 0, content, at, 4);
    Files.write(file, content);
    Files.setLastModifiedTime(file, LONG_AGO);
  }

  private static byte[] bytes(float value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
  }

  @Test
  void changedWeightsOfTheSameSizeAndTimeCount() throws IOException {
    var file = doubled();
    var first = run(file, true);
    assertTrue(isKept(file, "build"));
    change(file, MARK, 2 * MARK);
    assertFalse(isKept(file, "build"));
    var second = run(file, true);
    assertSame(run(file, false), second, "changed");
    assertFalse(Arrays.equals(first.getFirst(), second.getFirst()));
    assertTrue(isKept(file, "build"));
  }

  @Test
  void changedWeightsInAFileBesideTheModelCount() throws IOException {
    var file = copy("external");
    run(file, true);
    assertTrue(isKept(file, "build"));
    var weights = file.resolveSibling("weights.bin");
    byte[] content = Files.readAllBytes(weights);
    content[content.length / 4 * 4 - 2] ^= 0x11;
    Files.write(weights, content);
    Files.setLastModifiedTime(weights, LONG_AGO);
    assertFalse(isKept(file, "build"));
    assertSame(run(file, false), run(file, true), "changed");
    Files.delete(weights);
    assertFalse(isKept(file, "build"));
  }

  @Test
  void aFileThatIsWrittenMeanwhileIsNotKept() throws IOException {
    var file = copy("mlp");
    Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    run(file, true);
    assertFalse(isKept(file, "build"));
  }

  @Test
  void damagedEntriesCostNoFailure() throws IOException {
    var file = doubled();
    var want = run(file, true);
    Path entry;
    try (var files = Files.list(folder.resolve("plans"))) {
      entry = files.findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(entry);
    for (int seed = 0; seed < MUTATIONS; seed++) {
      var random = new Random(seed * 0x9E3779B97F4A7C15L);
      byte[] content =
          seed % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      if (content.length > 0 && seed % 3 > 0) {
        content[random.nextInt(content.length)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(entry, content);
      assertSame(want, run(file, true), "seed " + seed);
    }
  }
}

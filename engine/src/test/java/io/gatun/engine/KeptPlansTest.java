package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.cache.ObjectCache;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPlansTest {
  private static final TensorType SQUARE = TensorType.f32(16, 16);

  @TempDir private Path folder;

  private final Arena arena = Arena.ofShared();

  /// Counts what it compiles.
  private static final class Counting implements Device {
    private final Device cpu = Devices.open("cpu");
    private int loads;

    @Override
    public String name() {
      return cpu.name();
    }

    @Override
    public Target target() {
      return cpu.target();
    }

    @Override
    public Executable load(Plan plan) {
      loads++;
      return cpu.load(plan);
    }

    @Override
    public Optional<PlanImages> images() {
      return cpu.images();
    }

    @Override
    public void close() {
      cpu.close();
    }
  }

  private final Counting device = new Counting();

  @AfterEach
  void close() {
    device.close();
    arena.close();
  }

  /// What a new process would have.
  private KeptPlans plans(String build) {
    var cache = new ObjectCache(folder, 1 << 30);
    return new KeptPlans(
        device, Optional.of(new PlanStore(cache, device.images().orElseThrow(), build)));
  }

  /// `gelu(x (w * factor))`: the product of the weights is computed while compiling.
  private static Graph graph(Literal w, double factor) {
    var t = new Tracer();
    var weights = t.constant(w).mul(factor);
    t.output("y", Nn.gelu(t.input("x", SQUARE).matmul(weights).matmul(t.constant(w))));
    return t.graph();
  }

  private static Literal weights(int changed) {
    return Literal.of(NdArray.of(SQUARE, i -> i == changed ? 9 : i % 7 - 3));
  }

  private float[] run(KeptPlans plans, Graph graph) {
    try (var executable = plans.compile("test", graph);
        var x = Tensor.of("x", NdArray.of(SQUARE, i -> i % 5 - 2));
        var y = executable.run(List.of(x)).getFirst()) {
      return y.data().toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /// Runs a graph on plans that were kept.
  private void assertKept(boolean isKept, Graph graph, float[] wanted) {
    int before = device.loads;
    assertArrayEquals(wanted, run(plans("build"), graph));
    assertEquals(isKept ? 0 : 1, device.loads - before);
  }

  @Test
  void theSameGraphIsLoadedWithoutCompiling() {
    float[] wanted = run(plans("build"), graph(weights(-1), 2));
    assertEquals(1, device.loads);
    assertKept(true, graph(weights(-1), 2), wanted);
  }

  @Test
  void whateverDiffersIsCompiled() {
    float[] first = run(plans("build"), graph(weights(-1), 2));
    for (var other : List.of(graph(weights(-1), 3), graph(weights(100), 2))) {
      float[] wanted;
      try (var direct = device.compile("direct", other);
          var x = Tensor.of("x", NdArray.of(SQUARE, i -> i % 5 - 2));
          var y = direct.run(List.of(x)).getFirst()) {
        wanted = y.data().toArray(ValueLayout.JAVA_FLOAT);
      }
      assertFalse(Arrays.equals(first, wanted));
      assertKept(false, other, wanted);
    }
    int before = device.loads;
    run(plans("another build"), graph(weights(-1), 2));
    assertEquals(1, device.loads - before);
  }

  /// Weights in a file, as those of checkpoints.
  private MemorySegment mapped(float factor) throws IOException {
    var file = folder.resolveSibling(folder.getFileName() + "-weights");
    var bytes = ByteBuffer.allocate((int) SQUARE.bytes()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < SQUARE.size(); i++) bytes.putFloat(factor * (i % 11 - 5));
    Files.write(file, bytes.array());
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, SQUARE.bytes(), arena);
    }
  }

  @Test
  void weightsOfAFileCountByTheirBytes() throws IOException {
    float[] first = run(plans("build"), graph(Literal.of(SQUARE, mapped(1)), 2));
    assertKept(true, graph(Literal.of(SQUARE, mapped(1)), 2), first);
    float[] changed = run(plans("build"), graph(Literal.of(SQUARE, mapped(2)), 2));
    assertEquals(2, device.loads);
    assertKept(true, graph(Literal.of(SQUARE, mapped(2)), 2), changed);
    assertFalse(Arrays.equals(first, changed));
  }

  @Test
  void damagedEntriesAreCompiledAnew() throws IOException {
    float[] wanted = run(plans("build"), graph(weights(-1), 2));
    for (int cut : new int[] {0, 100, 1000}) {
      for (Path entry : entries()) {
        byte[] whole = Files.readAllBytes(entry);
        Files.write(entry, Arrays.copyOf(whole, Math.min(cut, whole.length - 1)));
      }
      assertKept(false, graph(weights(-1), 2), wanted);
      assertKept(true, graph(weights(-1), 2), wanted);
    }
  }

  private List<Path> entries() throws IOException {
    try (var files = Files.list(folder)) {
      var entries = files.toList();
      assertTrue(!entries.isEmpty());
      return entries;
    }
  }

  @Test
  void withoutAStoreGraphsAreCompiled() {
    var none = new KeptPlans(device, Optional.empty());
    assertArrayEquals(run(none, graph(weights(-1), 2)), run(none, graph(weights(-1), 2)));
    assertEquals(2, device.loads);
  }
}

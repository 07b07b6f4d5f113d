package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.ConstantFiles;
import io.gatun.engine.DamagedImageException;
import io.gatun.engine.Executable;
import io.gatun.engine.Tensor;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Window;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A block of a network whose convolution is by Winograd's algorithm, from the graph to the run.
class WinogradPlansTest {
  private static final ConstantFiles NO_FILES = new ConstantFiles(List.of());
  private static final int SIZE = 28;
  private static final int CHANNELS = 256;
  private static final TensorType IMAGES = TensorType.f32(1, SIZE, SIZE, CHANNELS);
  private static final NdArray FILTER = normal(1, CHANNELS, CHANNELS, 3, 3);
  private static final NdArray SCALE = normal(2, CHANNELS);
  private static final NdArray BIAS = normal(3, CHANNELS);
  private static final NdArray INPUT = normal(4, 1, SIZE, SIZE, CHANNELS);

  private static NdArray normal(long seed, int... dims) {
    var random = new Random(seed);
    return NdArray.of(TensorType.f32(dims), _ -> (float) random.nextGaussian());
  }

  /// `relu(x + bias + scale * conv(x))`, the filter with its channels first.
  private static Plan plan() {
    var t = new Tracer();
    var x = t.input("x", IMAGES);
    var filter = t.constant(Literal.of(FILTER)).permute(2, 3, 1, 0);
    var scaled = filter.mul(t.constant(Literal.of(SCALE)));
    var window = Window.of(3, 3).withPadding(List.of(1, 1), List.of(1, 1));
    t.output("y", Nn.relu(x.conv(scaled, window).add(t.constant(Literal.of(BIAS))).add(x)));
    return Compiler.compile(t.graph(), Target.cpu());
  }

  private static float[] run(Executable executable) {
    try (var x = Tensor.of("x", INPUT);
        var y = executable.run(List.of(x)).getFirst()) {
      return y.toFloats();
    }
  }

  private static double expected(int y, int x, int n) {
    double sum = 0;
    for (int ky = Math.max(0, 1 - y); ky < Math.min(3, SIZE + 1 - y); ky++) {
      for (int kx = Math.max(0, 1 - x); kx < Math.min(3, SIZE + 1 - x); kx++) {
        for (int c = 0; c < CHANNELS; c++) {
          int pixel = (y + ky - 1) * SIZE + x + kx - 1;
          sum += INPUT.at(pixel * CHANNELS + c) * FILTER.at(((n * CHANNELS + c) * 3 + ky) * 3 + kx);
        }
      }
    }
    int at = (y * SIZE + x) * CHANNELS + n;
    return Math.max(0, sum * SCALE.at(n) + BIAS.at(n) + INPUT.at(at));
  }

  @Test
  void theScaledFilterIsPackedInOneKernel() {
    var packed = PlanCode.lower(plan(), new IrModule()).packed();
    assertEquals(1, packed.size());
    assertTrue(packed.getFirst().form().startsWith("[Winograd"), packed.getFirst().form());
    assertEquals(2, packed.getFirst().sources().size());
    assertEquals(36L * CHANNELS * CHANNELS * Float.BYTES, packed.getFirst().bytes());
  }

  @Test
  void resultsAreRightAndTheSameWithAnyThreads() {
    try (var one = new ThreadPool(1);
        var two = new ThreadPool(2);
        var alone = CpuLoader.load(plan(), one, new SharedConstants());
        var shared = CpuLoader.load(plan(), two, new SharedConstants())) {
      float[] results = run(alone);
      assertArrayEquals(results, run(shared));
      assertArrayEquals(results, run(alone));
      double limit = 3e-5 * Math.sqrt(9 * CHANNELS);
      for (int i = 0; i < results.length; i += 7) {
        int pixel = i / CHANNELS;
        double want = expected(pixel / SIZE, pixel % SIZE, i % CHANNELS);
        assertEquals(want, results[i], limit, "element " + i);
      }
    }
  }

  @Test
  void keptOnDiskItRunsWithoutBeingCompiled(@TempDir Path folder)
      throws IOException, DamagedImageException {
    var file = folder.resolve("image");
    try (var pool = new ThreadPool(2);
        var executable = CpuLoader.load(plan(), pool, new SharedConstants())) {
      try (var out = Files.newOutputStream(file)) {
        for (var part : executable.image(NO_FILES).orElseThrow()) {
          out.write(part.toArray(ValueLayout.JAVA_BYTE));
        }
      }
      try (var arena = Arena.ofShared();
          var channel = FileChannel.open(file, StandardOpenOption.READ)) {
        var image = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        var images = new CpuImages(pool, new SharedConstants());
        try (var read = images.read(image, NO_FILES, WinogradPlansTest::plan)) {
          assertArrayEquals(run(executable), run(read));
        }
      }
    }
  }
}

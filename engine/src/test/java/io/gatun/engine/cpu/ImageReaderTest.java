package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.gatun.engine.ConstantFiles;
import io.gatun.engine.DamagedImageException;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageReaderTest {
  private static final ConstantFiles NO_FILES = new ConstantFiles(List.of());
  private static final int MUTATIONS = 4000;
  /// The first numbers of seeds that follow each other are much the same.
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private static final int[] NUMBERS = {-1, 0, 1, 64, 1 << 20, Integer.MAX_VALUE};

  /// A loop, a product with constant weights and a softmax.
  private static Plan plan() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(5, 3, 8));
    var w = t.constant(NdArray.of(TensorType.f32(8, 8), i -> Math.sin(i)));
    var start = t.input("start", TensorType.f32(3, 8));
    var run =
        Recurrence.scan(
            List.of(start),
            List.of(x),
            (carry, slice) -> {
              var next = slice.get(0).add(carry.get(0).matmul(w)).tanh();
              return new Recurrence.Step(List.of(next), List.of(next));
            });
    t.output("all", run.outputs().get(0));
    t.output("last", Nn.softmax(run.carries().get(0).matmul(w), 1));
    return Compiler.compile(t.graph(), Target.cpu());
  }

  private static byte[] image(Plan plan) {
    try (var pool = new ThreadPool(1);
        var executable = CpuLoader.load(plan, pool, new SharedConstants())) {
      var bytes = new ByteArrayOutputStream();
      for (var part : executable.image(NO_FILES).orElseThrow()) {
        bytes.writeBytes(part.toArray(ValueLayout.JAVA_BYTE));
      }
      return bytes.toByteArray();
    }
  }

  @Test
  void whatWasWrittenIsRead() throws DamagedImageException {
    var plan = plan();
    var image = ImageReader.read(MemorySegment.ofArray(image(plan)), NO_FILES);
    var module = new IrModule();
    var want = PlanCode.lower(plan, module);
    assertTrue(want.loops().findAny().isPresent());
    assertEquals(want, image.program().code());
    assertEquals(plan.memory().arenaBytes(), image.program().arenaBytes());
  }

  @Test
  void whateverTheBytesAreNothingElseFails() {
    byte[] whole = image(plan());
    int refused = 0;
    for (int seed = 0; seed < MUTATIONS; seed++) {
      try {
        ImageReader.read(
            MemorySegment.ofArray(mutated(whole, new Random(seed * SPREAD))), NO_FILES);
      } catch (DamagedImageException _) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("seed " + seed, e);
      }
    }
    assertTrue(refused > MUTATIONS / 4, "only " + refused + " were refused");
  }

  /// Cut, or with a number of the head in place of another.
  private static byte[] mutated(byte[] whole, Random random) {
    if (random.nextInt(4) == 0) return Arrays.copyOf(whole, random.nextInt(whole.length));
    byte[] bytes = whole.clone();
    // The code of the kernels begins behind some thousand bytes.
    int at = random.nextInt(Math.min(4000, bytes.length - 4));
    if (random.nextBoolean()) bytes[at] ^= (byte) (1 << random.nextInt(8));
    else ByteBuffer.wrap(bytes).putInt(at, NUMBERS[random.nextInt(NUMBERS.length)]);
    return bytes;
  }
}

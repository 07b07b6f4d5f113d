package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.kernels.AttentionArguments.Rows;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.PtxParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Attention's kernels, forward and backward, on the virtual GPU against the formulas in doubles.
class AttentionTest {
  private static final long SEED = 3;

  static Stream<Arguments> attentions() {
    var f32 = ElementType.F32;
    var bf16 = ElementType.BF16;
    return Stream.of(
        Arguments.of(f32, shape(1, 1, 1, 1, 1, 32, false), false, 80),
        Arguments.of(f32, shape(2, 2, 1, 33, 70, 32, true), false, 80),
        Arguments.of(f32, shape(1, 2, 2, 65, 65, 64, true), true, 80),
        Arguments.of(f32, shape(1, 1, 1, 31, 34, 128, false), false, 90),
        Arguments.of(bf16, shape(1, 1, 1, 1, 1, 64, false), false, 80),
        Arguments.of(bf16, shape(2, 2, 1, 33, 70, 32, true), false, 80),
        Arguments.of(bf16, shape(1, 2, 2, 127, 127, 64, true), false, 80),
        Arguments.of(bf16, shape(1, 4, 2, 66, 40, 64, true), true, 90),
        Arguments.of(bf16, shape(1, 1, 1, 65, 130, 128, false), true, 80),
        Arguments.of(bf16, scaled(shape(1, 2, 1, 70, 90, 64, true), -0.2f), false, 80),
        Arguments.of(bf16, scaled(shape(1, 1, 1, 20, 40, 32, false), 0), true, 80),
        // Blocks of 128 rows.
        Arguments.of(bf16, shape(64, 2, 2, 129, 40, 64, false), true, 90),
        Arguments.of(bf16, shape(128, 2, 2, 9, 101, 64, true), false, 80),
        Arguments.of(bf16, shape(64, 4, 4, 3, 67, 128, true), false, 80),
        // More heads than one section of blocks has.
        Arguments.of(bf16, shape(3, 2, 1, 2, 70_000, 32, false), false, 80),
        Arguments.of(ElementType.F16, shape(1, 1, 1, 64, 64, 64, false), false, 80));
  }

  private static AttentionShape shape(
      int batches, int heads, int keyHeads, int queries, int keys, int d, boolean causal) {
    float scale = (float) (1 / Math.sqrt(d));
    return new AttentionShape(batches, heads, keyHeads, queries, keys, d, causal, scale);
  }

  private static AttentionShape scaled(AttentionShape s, float scale) {
    return new AttentionShape(
        s.batches(), s.heads(), s.keyHeads(), s.queries(), s.keys(), s.d(), s.causal(), scale);
  }

  @ParameterizedTest
  @MethodSource("attentions")
  void isSoftmaxOfScoresTimesValues(
      ElementType type, AttentionShape shape, boolean padded, int architecture) {
    new Trial(type, shape, padded, architecture, 1).check();
  }

  /// Later keys have greater scores, so that what is summed up is corrected on the way.
  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void maximaMayRise(ElementType type) {
    new Trial(type, shape(1, 2, 1, 66, 200, 64, true), false, 80, 8).checkForward();
  }

  private static final class Trial {
    private final ElementType type;
    private final AttentionShape s;
    private final int architecture;
    private final byte[] mask;
    private final AttentionReference want;

    /// @param rise factor of the last key; those before it have less
    Trial(ElementType type, AttentionShape shape, boolean padded, int architecture, float rise) {
      this.type = type;
      this.s = shape;
      this.architecture = architecture;
      // Keys from two thirds on are padding.
      mask = new byte[padded ? s.batches() * s.keys() : 0];
      for (int i = 0; i < mask.length; i++)
        mask[i] = (byte) (i % s.keys() * 3 < s.keys() * 2 ? 1 : 0);
      var random = new Random(SEED);
      int queries = s.batches() * s.heads() * s.queries() * s.d();
      int keys = s.batches() * s.keyHeads() * s.keys() * s.d();
      want =
          new AttentionReference(
              s,
              normal(random, queries, 1),
              normal(random, keys, rise),
              normal(random, keys, 1),
              normal(random, queries, 1),
              mask);
    }

    private float[] normal(Random random, int count, float rise) {
      var values = new float[count];
      for (int i = 0; i < count; i++) {
        float factor = 1 + (rise - 1) * i / count;
        values[i] = VirtualArrays.rounded(type, (float) random.nextGaussian() * factor);
      }
      return values;
    }

    void check() {
      check(true);
    }

    void checkForward() {
      check(false);
    }

    private void check(boolean backward) {
      long work = (long) s.batches() * s.heads() * s.queries() * s.keys() * s.d();
      var mode = work < 400_000 ? ExecutionMode.CHECKED : ExecutionMode.FAST;
      try (var gpu = new VirtualArrays(architecture, mode)) {
        int queries = want.q.length;
        int keys = want.k.length;
        int sums = queries / s.d();
        long y = gpu.allocate("y", type, queries);
        long dq = gpu.allocate("dq", type, queries);
        long dk = gpu.allocate("dk", type, keys);
        long dv = gpu.allocate("dv", type, keys);
        long logSums = gpu.allocate("logSums", ElementType.F32, sums);
        var arguments =
            new AttentionArguments(
                s,
                ofQueries(gpu.upload("q", type, want.q)),
                ofKeys(gpu.upload("k", type, want.k)),
                ofKeys(gpu.upload("v", type, want.v)),
                ofQueries(y),
                ofQueries(gpu.upload("dy", type, want.dy)),
                ofQueries(dq),
                ofKeys(dk),
                ofKeys(dv),
                mask.length == 0 ? Rows.NONE : new Rows(gpu.upload("mask", mask), s.keys(), 0, 0),
                logSums,
                gpu.allocate("deltas", ElementType.F32, sums));
        launch(gpu, AttentionLaunch.forward(s, type), arguments);
        compare("y", gpu.download(y, type, queries), want.y);
        compare("logSums", gpu.download(logSums, ElementType.F32, sums), want.logSums);
        if (!backward) return;

        launch(gpu, AttentionLaunch.deltas(s, type), arguments);
        launch(gpu, AttentionLaunch.queryGradient(s, type), arguments);
        launch(gpu, AttentionLaunch.keyGradient(s, type), arguments);
        compare("dq", gpu.download(dq, type, queries), want.dq);
        compare("dk", gpu.download(dk, type, keys), want.dk);
        compare("dv", gpu.download(dv, type, keys), want.dv);
      }
    }

    private Rows ofQueries(long address) {
      return Rows.contiguous(address, s.heads(), s.queries(), s.d());
    }

    private Rows ofKeys(long address) {
      return Rows.contiguous(address, s.keyHeads(), s.keys(), s.d());
    }

    private void launch(VirtualArrays gpu, AttentionLaunch launch, AttentionArguments arguments) {
      var ptx =
          SourceCompiler.ptx(SourceCompiler.sources(), launch.file(), architecture, List.of());
      var all = new ArrayList<Argument>(List.of(arguments.argument()));
      if (launch.kernel().contains("deltas")) all.add(new Argument.Int(s.d()));
      gpu.launch(PtxParser.parse(ptx).kernel(launch.kernel()), launch.geometry(), all);
    }

    private void compare(String name, float[] got, double[] expected) {
      // Weights and their gradients are rounded to the type once; sums of them average out. The
      // gradients of q and k are proportional to the scale.
      double growth = Math.max(1, Math.abs(s.scale()) * Math.sqrt(s.d()));
      double unit =
          switch (type) {
            case BF16 -> 0x1p-7;
            case F16 -> 0x1p-10;
            default -> 0x1p-20;
          };
      for (int i = 0; i < expected.length; i++) {
        double want = expected[i];
        float value = got[i];
        int at = i;
        assertTrue(
            Math.abs(value - want) <= 2 * unit * (growth + Math.abs(want)),
            () -> "seed %d, %s[%d] is %s, not %s".formatted(SEED, name, at, value, want));
      }
    }
  }
}

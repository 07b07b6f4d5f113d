package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.LaunchGeometry;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// `ldmatrix` and `mma.sync`: fragments are filled by hand from the figures of the PTX manual, and
/// the product is compared with three loops.
class MatrixTest {
  private static final long SEED = 3;

  /// Buffer: 4 words of A, 2 of B, 4 of C for each lane; D replaces C.
  private static float[] multiply(String shape, int aRegisters, int bRegisters, int[] words) {
    var text = new StringBuilder("mul.wide.u32 %rd1, %r0, 40;\nadd.s64 %rd2, %rd0, %rd1;\n");
    for (var i = 0; i < 10; i++) {
      text.append("ld.global.u32 %%r%d, [%%rd2+%d];\n".formatted(i + 1, 4 * i));
    }
    text.append(
        "mma.sync.aligned.%s {%%r7,%%r8,%%r9,%%r10}, {%s}, {%s}, {%%r7,%%r8,%%r9,%%r10};\n"
            .formatted(
                shape,
                aRegisters == 4 ? "%r1,%r2,%r3,%r4" : "%r1,%r2",
                bRegisters == 2 ? "%r5,%r6" : "%r5"));
    for (var i = 6; i < 10; i++) {
      text.append("st.global.u32 [%%rd2+%d], %%r%d;\n".formatted(4 * i, i + 1));
    }
    var result = Probe.ints(Probe.run(Probe.kernel(text.toString()), Probe.bytes(words), 32));
    var d = new float[16 * 8];
    for (var lane = 0; lane < 32; lane++) {
      for (var i = 0; i < 4; i++) {
        d[(lane / 4 + 8 * (i / 2)) * 8 + lane % 4 * 2 + i % 2] =
            Float.intBitsToFloat(result[10 * lane + 6 + i]);
      }
    }
    return d;
  }

  private static float[] random(Random random, int n, Half half) {
    var values = new float[n];
    for (var i = 0; i < n; i++) {
      values[i] = half.value(half.bits((float) random.nextGaussian()));
    }
    return values;
  }

  private static float[] expected(float[] a, float[] b, float[] c, int k) {
    var d = new float[16 * 8];
    for (var row = 0; row < 16; row++) {
      for (var column = 0; column < 8; column++) {
        var sum = 0f;
        for (var i = 0; i < k; i++) {
          sum += a[row * k + i] * b[i * 8 + column];
        }
        d[row * 8 + column] = sum + c[row * 8 + column];
      }
    }
    return d;
  }

  private static void putSums(int[] words, float[] c) {
    for (var lane = 0; lane < 32; lane++) {
      for (var i = 0; i < 4; i++) {
        words[10 * lane + 6 + i] =
            Float.floatToRawIntBits(c[(lane / 4 + 8 * (i / 2)) * 8 + lane % 4 * 2 + i % 2]);
      }
    }
  }

  @Test
  void halvesBySixteen() {
    for (var half : Half.values()) {
      var random = new Random(SEED);
      float[] a = random(random, 256, half), b = random(random, 128, half);
      var c = random(random, 128, half);
      var words = new int[320];
      putSums(words, c);
      for (var lane = 0; lane < 32; lane++) {
        int group = lane / 4, pair = lane % 4 * 2;
        for (var i = 0; i < 4; i++) {
          var at = (group + 8 * (i % 2)) * 16 + pair + 8 * (i / 2);
          words[10 * lane + i] = half.pair(a[at + 1], a[at]);
        }
        for (var i = 0; i < 2; i++) {
          var row = pair + 8 * i;
          words[10 * lane + 4 + i] = half.pair(b[(row + 1) * 8 + group], b[row * 8 + group]);
        }
      }
      var shape = "m16n8k16.row.col.f32.%s.%s.f32".formatted(half, half);
      assertArrayEquals(expected(a, b, c, 16), multiply(shape, 4, 2, words), 1e-6f);
    }
  }

  @Test
  void tensorFloatsByEight() {
    var random = new Random(SEED);
    float[] a = random(random, 128, Half.F16), b = random(random, 64, Half.F16);
    var c = random(random, 128, Half.F16);
    var words = new int[320];
    putSums(words, c);
    for (var lane = 0; lane < 32; lane++) {
      int group = lane / 4, member = lane % 4;
      for (var i = 0; i < 4; i++) {
        words[10 * lane + i] =
            Float.floatToRawIntBits(a[(group + 8 * (i % 2)) * 8 + member + 4 * (i / 2)]);
      }
      for (var i = 0; i < 2; i++) {
        words[10 * lane + 4 + i] = Float.floatToRawIntBits(b[(member + 4 * i) * 8 + group]);
      }
    }
    assertArrayEquals(
        expected(a, b, c, 8), multiply("m16n8k8.row.col.f32.tf32.tf32.f32", 4, 2, words), 1e-6f);
  }

  @Test
  void matricesAreLoadedStraightAndTransposedInFourWavefronts() {
    var kernel =
        Probe.kernel(
            """
            .shared .align 16 .b8 s[512];
            mov.u32 %r1, s;
            mad.lo.s32 %r2, %r0, 16, %r1;
            mul.wide.u32 %rd1, %r0, 16;
            add.s64 %rd2, %rd0, %rd1;
            ld.global.v4.u32 {%r3, %r4, %r5, %r6}, [%rd2];
            st.shared.v4.u32 [%r2], {%r3, %r4, %r5, %r6};
            bar.sync 0;
            ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r2, %r7, %r8, %r9}, [%r2];
            mad.lo.s32 %r10, %r0, 16, %r1;
            ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%r11, %r12}, [%r10];
            st.global.v4.u32 [%rd2], {%r2, %r9, %r11, %r12};
            """);
    var words = new int[128];
    for (var i = 0; i < 128; i++) {
      words[i] = (2 * i + 1) << 16 | 2 * i;
    }
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.COUNTING, 1, 7)) {
      var address = gpu.memory().allocate(512, "buffer");
      gpu.memory().write(address, MemorySegment.ofArray(words));
      var run = gpu.launch(kernel, LaunchGeometry.of(1, 32), Probe.arguments(address));
      var result = new int[128];
      gpu.memory().read(address, MemorySegment.ofArray(result));
      var expected = new int[128];
      for (var lane = 0; lane < 32; lane++) {
        expected[4 * lane] = words[lane];
        expected[4 * lane + 1] = words[96 + lane];
        int group = lane / 4, pair = lane % 4 * 2;
        expected[4 * lane + 2] = (8 * (pair + 1) + group) << 16 | 8 * pair + group;
        expected[4 * lane + 3] = (64 + 8 * (pair + 1) + group) << 16 | 64 + 8 * pair + group;
      }
      assertArrayEquals(expected, result);
      assertEquals(4 + 2, run.count(Counter.LDMATRIX_WAVEFRONTS));
    }
  }
}

package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.LaunchGeometry;
import org.junit.jupiter.api.Test;

/// Counters against numbers worked out by hand.
class CounterTest {
  private static KernelRun run(String statements, int bytes) {
    try (var gpu = new VirtualGpu(DeviceProfile.named("a100"), ExecutionMode.COUNTING, 1, 1)) {
      var address = gpu.memory().allocate(bytes, "buffer");
      gpu.memory().fill(address, (byte) 0, bytes);
      var kernel = Probe.kernel(statements);
      return gpu.launch(kernel, LaunchGeometry.of(1, 32), Probe.arguments(address));
    }
  }

  @Test
  void neighbouringLanesShareSectors() {
    var run = run("mad.wide.u32 %rd1, %r0, 4, %rd0; ld.global.u32 %r1, [%rd1];", 4096);
    assertEquals(1, run.count(Counter.GLOBAL_LOAD_REQUESTS));
    assertEquals(4, run.count(Counter.GLOBAL_LOAD_SECTORS));
    assertEquals(128, run.count(Counter.GLOBAL_LOAD_BYTES));
    var wide =
        run("mad.wide.u32 %rd1, %r0, 16, %rd0; ld.global.v4.u32 {%r1,%r2,%r3,%r4}, [%rd1];", 4096);
    assertEquals(16, wide.count(Counter.GLOBAL_LOAD_SECTORS));
    assertEquals(512, wide.count(Counter.GLOBAL_LOAD_BYTES));
  }

  @Test
  void distantLanesDoNot() {
    var run = run("mad.wide.u32 %rd1, %r0, 128, %rd0; st.global.u32 [%rd1], %r0;", 4096);
    assertEquals(32, run.count(Counter.GLOBAL_STORE_SECTORS));
    var one = run("ld.global.u32 %r1, [%rd0];", 4096);
    assertEquals(1, one.count(Counter.GLOBAL_LOAD_SECTORS));
    assertEquals(4, one.count(Counter.GLOBAL_LOAD_BYTES));
  }

  @Test
  void lanesOfOneBankWaitForEachOther() {
    for (var stride : new int[] {1, 2, 32, 33}) {
      var run =
          run(
              ".shared .align 4 .b8 s[8192]; mov.u32 %%r2, s; mad.lo.s32 %%r3, %%r0, %d, %%r2;"
                      .formatted(4 * stride)
                  + "st.shared.u32 [%r3], %r0;",
              4);
      var expected = stride == 2 ? 2 : stride == 32 ? 32 : 1;
      assertEquals(expected, run.count(Counter.SHARED_WAVEFRONTS), "stride " + stride);
      assertEquals(1, run.count(Counter.SHARED_IDEAL_WAVEFRONTS));
    }
    var broadcast = run(".shared .align 4 .b8 s[64]; ld.shared.u32 %r1, [s+8];", 4);
    assertEquals(1, broadcast.count(Counter.SHARED_WAVEFRONTS));
  }

  @Test
  void classesAddUpToTheInstructions() {
    var run =
        run(
            """
            mov.f32 %f1, 0f3F800000;
            fma.rn.f32 %f2, %f1, %f1, %f1;
            add.f32 %f3, %f2, %f1;
            ex2.approx.f32 %f4, %f3;
            setp.lt.u32 %p1, %r0, 8;
            @%p1 bra A;
            mul.f32 %f5, %f4, %f4;
            A:
            bar.sync 0;
            shfl.sync.bfly.b32 %r1, %r0, 1, 31, -1;
            """,
            4);
    assertEquals(32 * (2 + 1 + 1) + 24, run.count(Counter.FLOAT32_FLOPS));
    assertEquals(1, run.count(Counter.BRANCHES));
    assertEquals(1, run.count(Counter.DIVERGENT_BRANCHES));
    assertEquals(1, run.count(Counter.BARRIERS));
    assertEquals(1, run.count(Counter.WARP_COLLECTIVE_INSTRUCTIONS));
    var sum = 0L;
    for (var counter = Counter.FLOAT32_INSTRUCTIONS.ordinal();
        counter <= Counter.CONTROL_INSTRUCTIONS.ordinal();
        counter++) {
      sum += run.count(Counter.values()[counter]);
    }
    assertEquals(run.count(Counter.WARP_INSTRUCTIONS), sum);
  }
}

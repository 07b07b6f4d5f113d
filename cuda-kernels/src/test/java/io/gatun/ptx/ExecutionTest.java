package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.LaunchGeometry;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Control flow, calls, operations between threads, and the memory spaces, each against what the
/// same text means in Java.
class ExecutionTest {
  /// Runs statements of 64 threads that leave `%r1` in the buffer.
  private static int[] run(String statements) {
    return run(statements, 64);
  }

  private static int[] run(String statements, int threads) {
    var kernel =
        Probe.kernel(
            """
            mul.wide.u32 %%rd1, %%r0, 4;
            add.s64 %%rd2, %%rd0, %%rd1;
            %s
            st.global.u32 [%%rd2], %%r1;
            """
                .formatted(statements));
    return Probe.ints(Probe.run(kernel, new byte[4 * threads], threads));
  }

  private static int[] threads(IntUnaryOperator f) {
    return IntStream.range(0, 64).map(f).toArray();
  }

  @Test
  void lanesThatPartMeetAgain() {
    var result =
        run(
            """
            mov.u32 %r1, 0;
            mov.u32 %r2, 0;
            and.b32 %r3, %r0, 7;
            LOOP:
            setp.ge.u32 %p1, %r2, %r3;
            @%p1 bra DONE;
            add.s32 %r1, %r1, %r2;
            add.s32 %r2, %r2, 1;
            and.b32 %r4, %r2, 1;
            setp.eq.s32 %p2, %r4, 0;
            @%p2 bra LOOP;
            add.s32 %r1, %r1, 100;
            bra.uni LOOP;
            DONE:
            mov.u32 %r5, 0;
            activemask.b32 %r5;
            setp.ne.s32 %p3, %r5, -1;
            @%p3 add.s32 %r1, %r1, 100000;
            """);
    assertArrayEquals(
        threads(
            t -> {
              var sum = 0;
              for (var i = 0; i < (t & 7); ) {
                sum += i++;
                sum += (i & 1) == 0 ? 0 : 100;
              }
              return sum;
            }),
        result);
  }

  @Test
  void lanesThatEndLeaveTheOthersGoOn() {
    var result =
        run(
            """
            and.b32 %r3, %r0, 3;
            setp.eq.s32 %p1, %r3, 2;
            @%p1 ret;
            bar.sync 0;
            add.s32 %r1, %r0, 1000;
            """);
    assertArrayEquals(threads(t -> (t & 3) == 2 ? 0 : t + 1000), result);
  }

  @Test
  void aTableOfBranches() {
    var result =
        run(
            """
            and.b32 %r3, %r0, 3;
            T: .branchtargets A, B, C, A;
            brx.idx %r3, T;
            A: mov.u32 %r1, 10;
            bra E;
            B: mov.u32 %r1, 20;
            bra E;
            C: mov.u32 %r1, 30;
            E:
            """);
    assertArrayEquals(threads(t -> new int[] {10, 20, 30, 10}[t & 3]), result);
  }

  @Test
  void functionsAreCalledWithTheirOwnRegisters() {
    var text =
        Probe.HEADER
            + """
            .func (.param .b32 out) twice(.param .b32 in, .param .b32 more)
            {
            .reg .b32 %r<3>;
            .reg .pred %p<2>;
            ld.param.b32 %r1, [in];
            ld.param.b32 %r2, [more];
            setp.lt.s32 %p1, %r1, 32;
            @%p1 bra SMALL;
            add.s32 %r1, %r1, %r2;
            st.param.b32 [out], %r1;
            ret;
            SMALL:
            shl.b32 %r1, %r1, 1;
            st.param.b32 [out], %r1;
            ret;
            }
            .visible .entry probe(.param .u64 p)
            {
            .reg .b32 %r<9>;
            .reg .b64 %rd<4>;
            ld.param.u64 %rd0, [p];
            mov.u32 %r1, %tid.x;
            mov.u32 %r2, 7;
            { .param .b32 a0; .param .b32 a1; .param .b32 r;
            st.param.b32 [a0], %r1;
            st.param.b32 [a1], %r2;
            call.uni (r), twice, (a0, a1);
            ld.param.b32 %r3, [r];
            }
            { .param .b32 a0; .param .b32 a1; .param .b32 r;
            st.param.b32 [a0], %r3;
            st.param.b32 [a1], %r1;
            call.uni (r), twice, (a0, a1);
            ld.param.b32 %r4, [r];
            }
            mul.wide.u32 %rd1, %r1, 4;
            add.s64 %rd2, %rd0, %rd1;
            st.global.u32 [%rd2], %r4;
            ret;
            }
            """;
    var kernel = PtxParser.parse(text).kernel("probe");
    var result = Probe.ints(Probe.run(kernel, new byte[256], 64));
    assertArrayEquals(
        threads(
            t -> {
              var once = t < 32 ? 2 * t : t + 7;
              return once < 32 ? 2 * once : once + t;
            }),
        result);
  }

  @Test
  void shufflesReadOtherLanes() {
    assertArrayEquals(
        threads(t -> (t & 31) >= 3 ? t - 3 : t), run("shfl.sync.up.b32 %r1, %r0, 3, 0, -1;"));
    assertArrayEquals(
        threads(t -> (t & 31) + 5 < 32 ? t + 5 : t),
        run("shfl.sync.down.b32 %r1, %r0, 5, 31, -1;"));
    assertArrayEquals(threads(t -> t ^ 9), run("shfl.sync.bfly.b32 %r1, %r0, 9, 31, 0xFFFFFFFFU;"));
    assertArrayEquals(
        threads(t -> (t & ~7) + 2), run("shfl.sync.idx.b32 %r1, %r0, 2, 0x181F, -1;"));
    assertArrayEquals(
        threads(t -> (t & 31) + 5 < 32 ? 1 : 0),
        run("shfl.sync.down.b32 %r2|%p1, %r0, 5, 31, -1; selp.b32 %r1, 1, 0, %p1;"));
  }

  @Test
  void warpsVoteMatchAndReduce() {
    assertArrayEquals(
        threads(t -> 0x11111111),
        run("and.b32 %r2, %r0, 3; setp.eq.s32 %p1, %r2, 0; vote.sync.ballot.b32 %r1, %p1, -1;"));
    assertArrayEquals(
        threads(t -> t < 32 ? 1 : 0),
        run("setp.eq.s32 %p1, %r0, 5; vote.sync.any.pred %p2, %p1, -1; selp.b32 %r1, 1, 0, %p2;"));
    assertArrayEquals(
        threads(t -> 0x11111111 << (t & 3)),
        run("and.b32 %r2, %r0, 3; match.any.sync.b32 %r1, %r2, -1;"));
    assertArrayEquals(
        threads(t -> t < 32 ? 31 * 16 : 31 * 16 + 1024), run("redux.sync.add.s32 %r1, %r0, -1;"));
  }

  @Test
  void barriersCountAndReduce() {
    assertArrayEquals(
        threads(t -> 40), run("setp.lt.u32 %p1, %r0, 40; bar.red.popc.u32 %r1, 0, %p1;"));
    assertArrayEquals(
        threads(t -> 1),
        run("setp.eq.s32 %p1, %r0, 40; bar.red.or.pred %p2, 0, %p1; selp.b32 %r1, 1, 0, %p2;"));
    var swapped =
        run(
            """
            .shared .align 4 .b8 s[256];
            mov.u32 %r2, s;
            shl.b32 %r3, %r0, 2;
            add.s32 %r4, %r2, %r3;
            st.shared.u32 [%r4], %r0;
            barrier.sync 1, 64;
            sub.s32 %r5, 252, %r3;
            add.s32 %r6, %r2, %r5;
            ld.shared.u32 %r1, [%r6];
            """);
    assertArrayEquals(threads(t -> 63 - t), swapped);
  }

  @Test
  void genericAddressesReachEverySpace() {
    var result =
        run(
            """
            .local .align 8 .b8 depot[16];
            .shared .align 8 .b8 s[512];
            mov.u64 %rd3, depot;
            cvta.local.u64 %rd4, %rd3;
            st.u32 [%rd4+4], %r0;
            ld.local.u32 %r2, [%rd3+4];
            mov.u64 %rd5, s;
            cvta.shared.u64 %rd6, %rd5;
            mad.wide.u32 %rd7, %r0, 8, %rd6;
            st.v2.u32 [%rd7], {%r2, %r0};
            cvta.to.shared.u64 %rd8, %rd7;
            ld.shared.v2.u32 {%r3, %r4}, [%rd8];
            add.s32 %r1, %r3, %r4;
            """);
    assertArrayEquals(threads(t -> 2 * t), result);
  }

  @Test
  void loadsExtendAndStoresCut() {
    var result =
        run(
            """
            mov.u32 %r2, -2;
            st.global.u32 [%rd2], %r2;
            ld.global.s8 %rd3, [%rd2];
            ld.global.u16 %h1, [%rd2];
            cvt.u32.u16 %r3, %h1;
            cvt.u32.u64 %r4, %rd3;
            st.global.u8 [%rd2], %r0;
            ld.global.u32 %r5, [%rd2];
            sub.s32 %r6, %r3, %r4;
            add.s32 %r1, %r5, %r6;
            """);
    assertArrayEquals(threads(t -> (0xffffff00 | t) + 0x10000), result);
  }

  @Test
  void atomicsCountEveryThreadOnce() {
    var kernel =
        Probe.kernel(
            """
            atom.global.add.u32 %r1, [%rd0], 1;
            red.global.max.s32 [%rd0+4], %r0;
            atom.global.inc.u32 %r2, [%rd0+8], 9;
            mov.f32 %f1, 0f3F800000;
            red.global.add.f32 [%rd0+12], %f1;
            atom.global.cas.b32 %r3, [%rd0+16], 0, 77;
            atom.add.noftz.f16x2 %r4, [%rd0+20], 0x3C004000;
            """);
    try (var gpu = new VirtualGpu(DeviceProfile.named("a100"), ExecutionMode.FAST, 3, 1)) {
      var result = Probe.ints(Probe.run(gpu, kernel, new byte[24], LaunchGeometry.of(25, 64)));
      assertEquals(1600, result[0]);
      assertEquals(63, result[1]);
      assertEquals(0, result[2]);
      assertEquals(1600f, Float.intBitsToFloat(result[3]));
      assertEquals(77, result[4]);
      assertEquals(1600f, Half.F16.high(result[5]));
      assertEquals(2 * 1600f, Half.F16.low(result[5]), 2);
    }
  }

  @Test
  void variablesOfTheModuleKeepTheirValues() {
    var text =
        Probe.HEADER
            + """
            .global .align 4 .u32 counter = 5;
            .const .align 4 .b32 table[4] = {10, 20, 30, 40};
            .visible .entry probe(.param .u64 p)
            {
            .reg .b32 %r<9>;
            .reg .b64 %rd<4>;
            ld.param.u64 %rd0, [p];
            atom.global.add.u32 %r1, [counter], 1;
            ld.const.u32 %r2, [table+8];
            add.s32 %r3, %r1, %r2;
            st.global.u32 [%rd0], %r3;
            ret;
            }
            """;
    var kernel = PtxParser.parse(text).kernel("probe");
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.CHECKED, 1, 1)) {
      var geometry = LaunchGeometry.of(1, 1);
      assertEquals(35, Probe.ints(Probe.run(gpu, kernel, new byte[4], geometry))[0]);
      assertEquals(36, Probe.ints(Probe.run(gpu, kernel, new byte[4], geometry))[0]);
    }
  }
}

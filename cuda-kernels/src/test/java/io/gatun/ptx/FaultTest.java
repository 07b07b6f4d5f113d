package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.LaunchGeometry;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Every kind of fault, found where it is and named with its place.
class FaultTest {
  private static final String SHARED =
      """
      .shared .align 16 .b8 s[1024];
      mov.u32 %r2, s;
      shl.b32 %r3, %r0, 2;
      add.s32 %r4, %r2, %r3;
      """;

  private static GpuFault fault(String statements) {
    return fault(statements, ExecutionMode.CHECKED);
  }

  private static GpuFault fault(String statements, ExecutionMode mode) {
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), mode, 1, 5)) {
      var kernel = Probe.kernel(statements);
      var geometry = LaunchGeometry.of(2, 64);
      return assertThrows(
          GpuFault.class, () -> Probe.run(gpu, kernel, new byte[256], geometry), statements);
    }
  }

  private static void runs(String statements) {
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.CHECKED, 1, 5)) {
      Probe.run(gpu, Probe.kernel(statements), new byte[256], LaunchGeometry.of(2, 64));
    }
  }

  @Test
  void outOfBoundsNamesTheAllocation() {
    for (var mode : ExecutionMode.values()) {
      var fault = fault("mad.wide.u32 %rd1, %r0, 4, %rd0; st.global.u32 [%rd1+8], %r0;", mode);
      assertEquals(GpuFault.Kind.OUT_OF_BOUNDS, fault.kind());
      assertEquals("buffer", fault.place().allocation());
      assertEquals(256, fault.place().offset());
      assertEquals("(62,0,0)", fault.place().thread());
      assertTrue(fault.getMessage().contains("kernel probe"), fault.getMessage());
    }
  }

  @Test
  void aLineOfTheSourceIsNamed() {
    var text =
        Probe.HEADER
            + """
            .file 1 "/somewhere/scale.cu"
            .visible .entry probe(.param .u64 p)
            {
            .reg .b64 %rd<4>;
            .loc 1 17 3
            mov.u64 %rd1, 0;
            .loc 1 18 5, function_name $L__info_string0, inlined_at 1 17 3
            st.global.u64 [%rd1+8], %rd1;
            ret;
            }
            .section .debug_str
            {
            $L__info_string0:
            .b8 95, 0
            }
            """;
    var kernel = PtxParser.parse(text).kernel("probe");
    var fault = assertThrows(GpuFault.class, () -> Probe.run(kernel, new byte[4], 1));
    assertEquals(GpuFault.Kind.NULL_ACCESS, fault.kind());
    assertEquals("scale.cu:18, inlined at scale.cu:17", fault.place().source());
    assertEquals(11, fault.place().line());
  }

  @Test
  void misaligned() {
    assertEquals(GpuFault.Kind.MISALIGNED, fault("ld.global.v2.u32 {%r1, %r2}, [%rd0+4];").kind());
  }

  @Test
  void freedMemoryIsNeverUsedAgain() {
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.FAST, 1, 5)) {
      var address = gpu.memory().allocate(64, "gone");
      gpu.memory().free(address);
      gpu.memory().allocate(64, "other");
      var kernel = Probe.kernel("st.global.u32 [%rd0], %r0;");
      var fault =
          assertThrows(
              GpuFault.class,
              () -> gpu.launch(kernel, LaunchGeometry.of(1, 1), Probe.arguments(address)));
      assertEquals(GpuFault.Kind.FREED, fault.kind());
      assertEquals("gone", fault.place().allocation());
      assertThrows(GpuFault.class, () -> gpu.memory().free(address));
    }
  }

  @Test
  void readsOfWhatNobodyWrote() {
    assertEquals(GpuFault.Kind.UNINITIALISED, fault(SHARED + "ld.shared.u32 %r1, [%r4];").kind());
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.CHECKED, 1, 5)) {
      var address = gpu.memory().allocate(8, "half written");
      gpu.memory().write(address, MemorySegment.ofArray(new int[1]));
      var kernel = Probe.kernel("ld.global.u64 %rd1, [%rd0];");
      var fault =
          assertThrows(
              GpuFault.class,
              () -> gpu.launch(kernel, LaunchGeometry.of(1, 1), Probe.arguments(address)));
      assertEquals(GpuFault.Kind.UNINITIALISED, fault.kind());
      assertEquals(4, fault.place().offset());
    }
  }

  @Test
  void racesBetweenWarpsAndWithinOne() {
    var neighbour = "xor.b32 %r5, %r4, 4; ld.shared.u32 %r1, [%r5];";
    var store = SHARED + "st.shared.u32 [%r4], %r0;";
    assertEquals(GpuFault.Kind.SHARED_RACE, fault(store + neighbour).kind());
    runs(store + "bar.warp.sync -1;" + neighbour);
    runs(store + "bar.sync 0;" + neighbour);
    var other = "xor.b32 %r5, %r4, 128; ld.shared.u32 %r1, [%r5];";
    var acrossWarps = fault(store + "bar.warp.sync -1;" + other);
    assertTrue(
        acrossWarps.kind() == GpuFault.Kind.SHARED_RACE
            || acrossWarps.kind() == GpuFault.Kind.UNINITIALISED,
        acrossWarps.getMessage());
    var readThenWritten = fault(store + "bar.sync 0;" + neighbour + "st.shared.u32 [%r4], %r1;");
    assertEquals(GpuFault.Kind.SHARED_RACE, readThenWritten.kind());
  }

  @Test
  void writesOfTheSameValueAreNoRace() {
    runs(SHARED + "st.shared.u32 [s], 3; bar.sync 0; ld.shared.u32 %r1, [s];");
    assertEquals(GpuFault.Kind.SHARED_RACE, fault(SHARED + "st.shared.u32 [s], %r0;").kind());
    runs(SHARED + "st.shared.u32 [s], 0; bar.sync 0; atom.shared.add.u32 %r1, [s], 1;");
  }

  @Test
  void barriersThatPartOfTheThreadsMiss() {
    assertEquals(
        GpuFault.Kind.DIVERGENT_BARRIER,
        fault("setp.lt.u32 %p1, %r0, 40; @%p1 bar.sync 0;").kind());
    assertEquals(
        GpuFault.Kind.DIVERGENT_BARRIER,
        fault(
                """
                setp.lt.u32 %p1, %r0, 32;
                @%p1 bra A;
                bar.sync 0;
                bra B;
                A: bar.sync 0;
                B:
                """)
            .kind());
    assertEquals(GpuFault.Kind.DEADLOCK, fault("bar.sync 1, 128;").kind());
  }

  @Test
  void lanesThatAreElsewhere() {
    var fault = fault("setp.lt.u32 %p1, %r0, 20; @%p1 shfl.sync.bfly.b32 %r1, %r0, 1, 31, -1;");
    assertEquals(GpuFault.Kind.UNCONVERGED, fault.kind());
  }

  @Test
  void asynchronousCopiesLandWhenTheyAreAwaited() {
    var copy =
        SHARED
            + "shl.b32 %r6, %r0, 2; add.s32 %r7, %r2, %r6; cvt.u64.u32 %rd3, %r6;"
            + "add.s64 %rd4, %rd0, %rd3; cp.async.ca.shared.global [%r7], [%rd4], 4;"
            + "cp.async.commit_group;";
    assertEquals(
        GpuFault.Kind.ASYNC_COPY, fault(copy + "bar.sync 0; ld.shared.u32 %r1, [%r7];").kind());
    assertEquals(
        GpuFault.Kind.ASYNC_COPY,
        fault(copy + "cp.async.wait_group 1; ld.shared.u32 %r1, [%r7];").kind());
    runs(copy + "cp.async.wait_group 0; bar.sync 0; ld.shared.u32 %r1, [s];");
    assertEquals(
        GpuFault.Kind.SHARED_RACE,
        fault(copy + "cp.async.wait_all; xor.b32 %r8, %r7, 4; ld.shared.u32 %r1, [%r8];").kind());
  }

  @Test
  void trapAndArguments() {
    assertEquals(GpuFault.Kind.TRAP, fault("trap;").kind());
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.FAST, 1, 5)) {
      var kernel = Probe.kernel("");
      var tooFew =
          assertThrows(
              GpuFault.class, () -> gpu.launch(kernel, LaunchGeometry.of(1, 1), new byte[4]));
      assertEquals(GpuFault.Kind.LAUNCH, tooFew.kind());
      var tooLarge =
          assertThrows(
              GpuFault.class, () -> gpu.launch(kernel, LaunchGeometry.of(1, 2048), new byte[8]));
      assertEquals(GpuFault.Kind.LAUNCH, tooLarge.kind());
    }
  }

  @Test
  void resultsThatDependOnTheOrderOfBlocks() {
    var last = Probe.kernel("mov.u32 %r1, %ctaid.x; st.global.u32 [%rd0], %r1;");
    var sum = Probe.kernel("mov.u32 %r1, %ctaid.x; red.global.add.u32 [%rd0], %r1;");
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.FAST, 1, 5)) {
      var address = gpu.memory().allocate(4, "result");
      gpu.memory().fill(address, (byte) 0, 4);
      var geometry = LaunchGeometry.of(50, 1);
      gpu.launchInTwoOrders(sum, geometry, Probe.arguments(address));
      var result = new int[1];
      gpu.memory().read(address, MemorySegment.ofArray(result));
      assertEquals(49 * 25, result[0]);
      var fault =
          assertThrows(
              GpuFault.class,
              () -> gpu.launchInTwoOrders(last, geometry, Probe.arguments(address)));
      assertEquals(GpuFault.Kind.BLOCK_ORDER, fault.kind());
      assertEquals("result", fault.place().allocation());
    }
  }

  @Test
  void whatIsNotKnownIsRefusedWithItsLine() {
    for (var statement :
        new String[] {
          "wgmma.fence.sync.aligned;",
          "add.s128 %r1, %r2, %r3;",
          "add.s32 %r1, %rd2, %r3;",
          "ld.global.nonsense.u32 %r1, [%rd0];",
          "bra NOWHERE;",
          "mov.u32 %r1, %unknown;",
          "tex.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd0, {%f1, %f2}];"
        }) {
      var exception = assertThrows(PtxException.class, () -> Probe.kernel(statement), statement);
      assertEquals(14, exception.line(), exception.getMessage());
    }
  }
}

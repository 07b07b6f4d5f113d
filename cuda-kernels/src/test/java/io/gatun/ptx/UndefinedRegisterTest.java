package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.LaunchGeometry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that nothing wrote may be passed on in [ExecutionMode#CHECKED], and are found where they
/// first matter. In the kernels here `%r9`, `%rd9`, `%h9`, `%f9` and `%p9` are never written; `%r0`
/// is the thread.
class UndefinedRegisterTest {
  private static final String HALF_WRITTEN = "setp.lt.u32 %p1, %r0, 16; @%p1 mov.u32 %r2, 5;";

  private static void run(String statements) {
    try (var gpu = new VirtualGpu(DeviceProfile.A100, ExecutionMode.CHECKED, 1, 5)) {
      Probe.run(gpu, Probe.kernel(statements), new byte[128], LaunchGeometry.of(1, 32));
    }
  }

  private static GpuFault fault(String statements) {
    var fault = assertThrows(GpuFault.class, () -> run(statements), statements);
    assertEquals(GpuFault.Kind.UNINITIALISED, fault.kind(), fault.getMessage());
    return fault;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov.u32 %r1, %r9;",
        "mov.b64 %rd1, %rd9; mov.b64 {%r1, %r2}, %rd1;",
        "mov.b32 %r1, {%h9, %h1};",
        "mov.pred %p1, %p9;",
        "setp.eq.u32 %p1, %r0, 0; selp.b32 %r1, %r9, %r0, %p1;",
        "shfl.sync.bfly.b32 %r1, %r9, 1, 31, -1;"
      })
  void copiesAreNoUse(String copy) {
    run(copy);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "arithmetic | add.s32 %r3, %r1, 1;",
        "a conversion | cvt.rn.f32.s32 %f1, %r1;",
        "a comparison | setp.eq.s32 %p2, %r1, 0;",
        "a vote | setp.eq.s32 %p2, %r0, 0; vote.sync.ballot.b32 %r3, %p2, %r1;",
        "an address | cvt.u64.u32 %rd1, %r1; ld.global.u32 %r3, [%rd1];",
        "a shared address | ld.shared.u32 %r3, [%r1];",
        "what is stored | st.global.u32 [%rd0], %r1;",
        "an atomic operand | red.global.add.u32 [%rd0], %r1;",
        "a shuffle's lane | shfl.sync.idx.b32 %r3, %r0, %r1, 31, -1;"
      })
  void isFoundWhereItMatters(String what, String use) {
    var fault = fault("mov.u32 %r8, %r9; mov.u32 %r1, %r8; " + use);
    assertTrue(fault.getMessage().contains("uses a register"), what + ": " + fault.getMessage());
  }

  @Test
  void conditions() {
    fault("mov.pred %p1, %p9; @%p1 mov.u32 %r1, 0;");
    fault("mov.pred %p1, %p9; @%p1 bra A; mov.u32 %r1, 0; A:");
    fault("mov.pred %p1, %p9; selp.b32 %r1, 1, 0, %p1;");
    fault("mov.pred %p1, %p9; setp.eq.u32 %p2, %r0, 0; and.pred %p3, %p1, %p2;");
  }

  @Test
  void aSelectionIsAsDefinedAsWhatItTakes() {
    var first = HALF_WRITTEN + "selp.b32 %r1, %r2, %r0, %p1;";
    run(first + "add.s32 %r3, %r1, 1;");
    var second = fault(HALF_WRITTEN + "selp.b32 %r1, %r0, %r2, %p1; add.s32 %r3, %r1, 1;");
    assertEquals("(16,0,0)", second.place().thread());
    run(
        HALF_WRITTEN
            + "cvt.u64.u32 %rd1, %r0; @%p1 mov.b64 %rd9, 1;"
            + "selp.b64 %rd2, %rd9, %rd1, %p1; add.s64 %rd3, %rd2, 1;");
  }

  @Test
  void aShuffledValueIsAsDefinedAsItsSource() {
    var down = HALF_WRITTEN + "shfl.sync.idx.b32 %r1|%p2, %r2, 3, 31, -1;";
    run(down + "add.s32 %r3, %r1, 1;");
    var up = HALF_WRITTEN + "shfl.sync.down.b32 %r1|%p2, %r2, 4, 31, -1;";
    run(up + "@%p2 mov.u32 %r4, 1;");
    assertEquals("(12,0,0)", fault(up + "add.s32 %r3, %r1, 1;").place().thread());
  }

  @Test
  void writingEndsIt() {
    run("mov.u32 %r1, %r9; mov.u32 %r1, 7; st.global.u32 [%rd0], %r1;");
    fault("mov.u32 %r1, 7; mov.u32 %r1, %r9; st.global.u32 [%rd0], %r1;");
  }

  @Test
  void theMessageSaysWhatHappened() {
    var message = fault("mov.u32 %r1, %r9; add.s32 %r2, %r1, 1;").getMessage();
    assertTrue(
        message.contains("add.s32 uses a register that the thread has never written"), message);
  }
}

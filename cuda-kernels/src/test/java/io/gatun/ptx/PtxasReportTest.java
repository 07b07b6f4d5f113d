package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.cuda.Architecture;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PtxasReportTest {
  @Test
  void readsWhatTheAssemblerPrints() {
    var report =
        PtxasReport.parse(
            """
            ptxas info    : 0 bytes gmem
            ptxas info    : Compiling entry function 'first' for 'sm_80'
            ptxas info    : Function properties for first
                8 bytes stack frame, 4 bytes spill stores, 12 bytes spill loads
            ptxas info    : Used 128 registers, used 1 barriers, 8 bytes cumulative stack size, 16640 bytes smem, 368 bytes cmem[0]
            ptxas info    : Compiling entry function 'second' for 'sm_80'
            ptxas info    : Function properties for second
                0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
            ptxas info    : Used 12 registers, used 0 barriers, 368 bytes cmem[0]
            """
                .lines());
    assertEquals(
        Map.of(
            "first", new PtxasReport.Kernel(128, 16640, 8, 4, 12),
            "second", new PtxasReport.Kernel(12, 0, 0, 0, 0)),
        report.kernels());
  }

  @Test
  void asksTheAssembler() {
    assumeTrue(PtxasReport.assembler().isPresent(), "ptxas is not installed");
    var ampere = Architecture.of("sm_80");
    var report = PtxasReport.of(KernelRig.resource("bugs/shared.ptx"), ampere).orElseThrow();
    assertEquals(512, report.kernels().get("lanes_race").sharedBytes());
    assertTrue(report.kernels().get("lanes_race").registers() > 0);
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> PtxasReport.of(".version 9.0\nnonsense", ampere));
    assertTrue(refused.getMessage().contains("refused the PTX"), refused.getMessage());
  }
}

package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bindings.NativeLibraries;
import io.gatun.engine.EngineException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// A machine without an NVIDIA driver.
class NoDriverTest {
  @Test
  void theAnswerNamesWhatToDo() {
    Assumptions.assumeFalse(NativeLibraries.isAvailable("cuda"), "SKIPPED: there is a driver");
    var e = assertThrows(EngineException.class, () -> NativeCudaDriver.open());
    var first = e.getMessage().lines().findFirst().orElseThrow();
    assertEquals(
        "no NVIDIA driver on this machine; install it, or use GATUN_DEVICE=virtual or cpu", first);
    assertTrue(e.getMessage().contains("libcuda.so.1: "), e.getMessage());
    var lines = CudaReport.lines();
    assertEquals(first, lines.get("driver"));
    assertTrue(lines.containsKey("compiler"), lines.toString());
    assertTrue(lines.containsKey("libraries"), lines.toString());
  }
}

package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bindings.NativeLibraries;
import io.gatun.engine.Setting;
import io.gatun.engine.cuda.driver.CudaReport;
import org.junit.jupiter.api.Test;

class DoctorTest {
  @Test
  void namesEveryLibraryDeviceAndSetting() {
    var run = CommandRun.of("doctor", "--json");
    var json = run.json();
    assertEquals(json.get("healthy").asBoolean() ? 0 : 1, run.code());
    for (var name : NativeLibraries.names()) {
      assertTrue(json.get("native libraries").has(name), run.out());
    }
    for (var setting : Setting.values()) {
      assertTrue(json.get("settings").has(setting.variable()), run.out());
    }
    assertTrue(json.get("devices").has("cpu"), run.out());
    assertTrue(json.get("caches").has("folder"), run.out());
    for (var line : CudaReport.lines().entrySet()) {
      assertEquals(line.getValue(), json.get("cuda").get(line.getKey()).asText(), run.out());
    }
  }

  @Test
  void verboseListsThePlacesThatWereTried() {
    var brief = CommandRun.of("doctor").out();
    var verbose = CommandRun.of("doctor", "--verbose").out();
    assertTrue(verbose.lines().count() > brief.lines().count(), verbose);
    assertTrue(brief.contains("native libraries\n  llvm "), brief);
  }
}

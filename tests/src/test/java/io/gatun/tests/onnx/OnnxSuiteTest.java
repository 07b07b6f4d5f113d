package io.gatun.tests.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.Devices;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The suite of ONNX on the CPU device, skipped where the package is not installed, and the models
/// of this project in the same form.
class OnnxSuiteTest {
  @Test
  void everyCaseOfTheSuitePassesButThoseWithAReason() {
    var suite = Suite.installed();
    assumeTrue(
        suite.isPresent(),
        () -> "no folder " + suite.folder() + ": apt-get install libonnx-testdata");
    assertEquals(KnownFailures.REASONS.keySet(), failures(suite));
  }

  @Test
  void ownModelsRunOnTheCpu() {
    assertEquals(Set.of(), failures(new Suite(Path.of("../graph/src/test/resources/onnx/.."))));
  }

  private static Set<String> failures(Suite suite) {
    try (var device = Devices.open("cpu")) {
      return suite.run(device, "").stream()
          .filter(o -> !o.verdict().isPassed())
          .map(o -> o.suiteCase().name())
          .collect(Collectors.toSet());
    }
  }
}

package io.gatun.tests.onnx;

import io.gatun.engine.Device;
import io.gatun.tests.onnx.SuiteCase.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The test suite of ONNX in a folder, as the Debian package `libonnx-testdata` installs it: groups
/// of cases, `node/test_add` and so on.
record Suite(Path folder) {
  /// Where the package installs it; another place by the environment variable `ONNX_TESTDATA`.
  static Suite installed() {
    String place =
        System.getenv().getOrDefault("ONNX_TESTDATA", "/usr/share/libonnx-testdata/data");
    return new Suite(Path.of(place));
  }

  boolean isPresent() {
    return Files.isDirectory(folder);
  }

  /// All cases whose model is there and whose name contains `filter`, sorted.
  List<SuiteCase> cases(String filter) {
    try (var files = Files.walk(folder, 3)) {
      return files
          .filter(f -> f.endsWith("model.onnx"))
          .map(Path::getParent)
          .filter(f -> f.toString().contains(filter))
          .sorted()
          .map(f -> new SuiteCase(f.getParent().getFileName().toString(), f))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs cases one after the other.
  List<Outcome> run(Device device, String filter) {
    var outcomes = new ArrayList<Outcome>();
    for (SuiteCase suiteCase : cases(filter)) outcomes.add(suiteCase.run(device));
    return outcomes;
  }
}

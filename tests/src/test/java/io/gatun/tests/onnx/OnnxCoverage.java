package io.gatun.tests.onnx;

import io.gatun.engine.Devices;
import io.gatun.tests.onnx.SuiteCase.Outcome;
import io.gatun.tests.onnx.SuiteCase.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Runs the test suite of ONNX, prints what passed, and writes the page of coverage: `bench/run
/// onnx [--device cpu] [--filter text] [--newest folder] [--write docs/onnx-coverage.md]`.
final class OnnxCoverage {
  private OnnxCoverage() {}

  public static void main(String[] args) throws IOException {
    var options =
        new TreeMap<>(Map.of("--device", "cpu", "--filter", "", "--newest", "", "--write", ""));
    for (int i = 0; i + 1 < args.length; i += 2) options.put(args[i], args[i + 1]);
    var suite = Suite.installed();
    if (!suite.isPresent()) {
      System.err.println(
          "no folder "
              + suite.folder()
              + ": apt-get install libonnx-testdata, or set ONNX_TESTDATA");
      System.exit(2);
    }
    List<Outcome> outcomes;
    List<Outcome> newest = List.of();
    try (var device = Devices.open(options.get("--device"))) {
      outcomes = suite.run(device, options.get("--filter"));
      if (!options.get("--newest").isEmpty()) {
        newest = new Suite(Path.of(options.get("--newest"))).run(device, options.get("--filter"));
      }
    }
    print(outcomes);
    if (!newest.isEmpty()) print(newest);
    if (!options.get("--write").isEmpty()) {
      Files.writeString(Path.of(options.get("--write")), CoveragePage.text(outcomes, newest));
    }
  }

  private static void print(List<Outcome> outcomes) {
    outcomes.stream()
        .filter(o -> !o.verdict().isPassed())
        .sorted(Comparator.comparing(Outcome::verdict).thenComparing(o -> o.suiteCase().name()))
        .forEach(
            o -> System.out.println(o.verdict() + " " + o.suiteCase().name() + ": " + o.reason()));
    for (Verdict verdict : Verdict.values()) {
      System.out.println(verdict + " " + CoveragePage.count(outcomes, verdict));
    }
  }
}

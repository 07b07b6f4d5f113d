package io.gatun.tests.onnx;

import io.gatun.tests.onnx.SuiteCase.Outcome;
import io.gatun.tests.onnx.SuiteCase.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The text of `docs/onnx-coverage.md`.
final class CoveragePage {
  private CoveragePage() {}

  static long count(List<Outcome> outcomes, Verdict verdict) {
    return outcomes.stream().filter(o -> o.verdict() == verdict).count();
  }

  /// @param newest the node cases of a later release, if they were run
  static String text(List<Outcome> outcomes, List<Outcome> newest) {
    var page = new StringBuilder();
    page.append(
        """
        # Coverage of ONNX

        The test suite of ONNX (Debian `libonnx-testdata`) on the CPU device, at the suite's own
        tolerance, which for bf16 is two places of the last bit since 1.23. Made by
        `bench/run onnx --write docs/onnx-coverage.md`, with the suite where `ONNX_TESTDATA` says or
        Debian's package puts it; do not edit.

        """);
    table(page, outcomes);
    page.append(row("all", outcomes));
    page.append(
        """

        "For given values": a shape or a branch depends on the data, so the graph is made for the
        values of the inputs (`Bindings.value`).
        """);
    list(page, "##", outcomes);
    if (!newest.isEmpty()) newest(page, newest);
    return page.toString();
  }

  private static void newest(StringBuilder page, List<Outcome> outcomes) {
    page.append(
        """

        ## Newer opsets

        The node cases of onnx 1.23, up to opset 28, `ai.onnx.ml` among them, which the package
        `onnx` makes: `make_newest_suite.py` in `tests` writes them into a folder for
        `bench/run onnx --newest`.

        """);
    table(page, outcomes);
    list(page, "###", outcomes);
  }

  private static void table(StringBuilder page, List<Outcome> outcomes) {
    page.append(
        """
        | group | cases | passed | of these for given values | failed | unsupported |
        |---|---|---|---|---|---|
        """);
    var groups =
        outcomes.stream()
            .collect(
                Collectors.groupingBy(
                    o -> o.suiteCase().group(), TreeMap::new, Collectors.toList()));
    groups.forEach((group, list) -> page.append(row(group, list)));
  }

  private static String row(String name, List<Outcome> outcomes) {
    long values = count(outcomes, Verdict.PASSED_FOR_VALUES);
    return "| %s | %d | %d | %d | %d | %d |\n"
        .formatted(
            name,
            outcomes.size(),
            count(outcomes, Verdict.PASSED) + values,
            values,
            count(outcomes, Verdict.FAILED),
            count(outcomes, Verdict.UNSUPPORTED));
  }

  private static void list(StringBuilder page, String level, List<Outcome> outcomes) {
    list(page, level + " Failed", outcomes, Verdict.FAILED);
    list(page, level + " Unsupported", outcomes, Verdict.UNSUPPORTED);
  }

  private static void list(
      StringBuilder page, String title, List<Outcome> outcomes, Verdict verdict) {
    var chosen = outcomes.stream().filter(o -> o.verdict() == verdict).toList();
    if (chosen.isEmpty()) return;
    page.append("\n").append(title).append("\n\n| case | reason |\n|---|---|\n");
    for (Outcome outcome : chosen) {
      page.append("| ")
          .append(outcome.suiteCase().name())
          .append(" | ")
          .append(reason(outcome).replace("|", "\\|"))
          .append(" |\n");
    }
  }

  private static String reason(Outcome outcome) {
    String name = outcome.suiteCase().name();
    return Optional.ofNullable(KnownFailures.REASONS.get(name))
        .or(() -> Optional.ofNullable(KnownFailures.NEWEST.get(name)))
        .orElse(outcome.reason());
  }
}

package io.gatun.engine.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void aMissedGoalFails() {
    var report = new Report(false, true);
    report.atLeast("accuracy", 0.95, 0.9, 0.5);
    assertFalse(report.failed());
    report.atMost("loss", Double.NaN, 1, 2);
    assertTrue(report.failed());
    assertTrue(report.text().contains("loss: NaN, goal at most 1: MISSED"), report.text());
  }

  @Test
  void quickRunsHaveGoalsOfTheirOwn() {
    var quick = new Report(true, true);
    quick.atLeast("accuracy", 0.6, 0.9, 0.5);
    assertFalse(quick.failed());
    var full = new Report(false, true);
    full.atLeast("accuracy", 0.6, 0.9, 0.5);
    assertTrue(full.failed());
  }

  @Test
  void smallNumbersAndLongListsAreReadable() {
    var report = new Report(false, true);
    report.figure("rate", 1.2e-5);
    report.figure("losses", DoubleStream.iterate(1, x -> x / 2).limit(31).boxed().toList());
    report.figure("waiting", List.of(1e-5, 0.25));
    assertEquals("rate: 1.2e-05\nlosses: 1, 0.5, 0.25, ... 0\nwaiting: 0, 0.25\n", report.text());
  }
}

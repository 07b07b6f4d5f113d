package io.gatun.bench.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bench.Comparison;
import io.gatun.bench.models.Outcome.Measured;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageTest {
  /// Nanoseconds, pair by pair.
  private static final Comparison TIMES =
      new Comparison(new double[] {2e6, 3e6, 4e6}, new double[] {4e6, 5e6, 4e6});

  @Test
  void aRatioIsMetUpToItsGoal() {
    var score = Score.ratio(Goal.ratio(0.75), TIMES);
    assertEquals(3.0 / 4, score.value());
    assertEquals(2.0 / 4, score.best());
    assertEquals(0.5 + 0.2 * 0.1, score.low(), 1e-12);
    assertEquals(0.6 + 0.8 * 0.4, score.high(), 1e-12);
    assertTrue(score.isMet());
    assertFalse(Score.ratio(Goal.ratio(0.74), TIMES).isMet());
  }

  @Test
  void aShareIsMetFromItsGoalOn() {
    var atTheLimit = new Comparison(new double[] {5e6, 5e6}, new double[] {4e6, 4e6});
    var score = Score.share(Goal.share(0.8), atTheLimit);
    assertEquals(0.8, score.value());
    assertTrue(score.isMet());
    assertFalse(Score.share(Goal.share(0.81), atTheLimit).isMet());
  }

  @Test
  void ofRepetitionsTheMedianCounts() {
    var score = Score.of(Goal.seconds(3), 2, 9, 3);
    assertEquals(3, score.value());
    assertEquals(2, score.best());
    assertTrue(score.isMet());
  }

  @Test
  void aLineAndJson() {
    var outcome =
        new Measured(
            "tiny",
            "other",
            Figure.nanos(TIMES.medianOfA()),
            Optional.of(Figure.nanos(TIMES.medianOfB())),
            Optional.of(Score.ratio(Goal.ratio(0.7), TIMES)),
            "note");
    assertEquals(
        "| tiny | other | 3.00 ms | 4.00 ms | **0.750** | 0.520 - 0.920 | 0.500 | ≤ 0.70 | missed |"
            + " note |",
        Page.line(outcome));
    var json = new Page("title", List.of(), List.of(outcome)).json();
    assertTrue(json.contains("\"score\" : 0.75,") && json.contains("\"met\" : false"), json);
  }
}

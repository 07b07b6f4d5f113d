package io.gatun.engine.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The curve, and the log loss of the same probabilities.
class RocCurveTest {
  private static final double TOLERANCE = 1e-14;

  @Test
  void agreesWithScikitLearn() throws IOException {
    var fixture = Fixtures.read("metrics").path("roc");
    var curve =
        RocCurve.of(Fixtures.ints(fixture.path("truth")), Fixtures.doubles(fixture.path("scores")));
    assertArrayEquals(Fixtures.doubles(fixture.path("x")), curve.falsePositiveRates(), TOLERANCE);
    assertArrayEquals(Fixtures.doubles(fixture.path("y")), curve.truePositiveRates(), TOLERANCE);
    double[] thresholds = curve.thresholds();
    assertEquals(Double.POSITIVE_INFINITY, thresholds[0]);
    assertArrayEquals(
        Fixtures.doubles(fixture.path("thresholds")),
        Arrays.copyOfRange(thresholds, 1, thresholds.length));
    assertEquals(fixture.path("auc").doubleValue(), curve.auc(), TOLERANCE);
    int[] many = Fixtures.ints(fixture.path("many"));
    double[][] probabilities = Fixtures.matrix(fixture.path("probabilities"));
    assertEquals(
        fixture.path("macro_auc").doubleValue(), RocCurve.macroAuc(many, probabilities), TOLERANCE);
    assertEquals(
        fixture.path("log_loss").doubleValue(), LogLoss.of(many, probabilities), TOLERANCE);
    assertEquals(
        fixture.path("certain_log_loss").doubleValue(),
        LogLoss.of(new int[] {0, 1, 1}, new double[] {0, 0, 0.25}),
        TOLERANCE);
  }

  @Test
  void namesTheFault() {
    int[] both = {0, 1};
    refused("no row of class 1 among 2", () -> RocCurve.of(new int[2], new double[2]));
    refused("no row of class 0 among 1", () -> RocCurve.of(new int[] {1}, new double[1]));
    refused("truth, row 1: label 2", () -> RocCurve.of(new int[] {0, 2}, new double[2]));
    refused("scores, row 1 is NaN", () -> RocCurve.of(both, new double[] {0, Double.NaN}));
    refused("class 2 against the rest: no row", () -> RocCurve.macroAuc(both, new double[2][3]));
    refused("no sample", () -> RocCurve.macroAuc(new int[0], new double[0][]));
    refused("no sample", () -> LogLoss.of(new int[0], new double[0]));
    refused(
        "row 1: 3 values, row 0 has 2",
        () -> LogLoss.of(both, new double[][] {{0.5, 0.5}, {0.5, 0.5, 0}}));
    refused(
        "row 1: they add up to 1.5", () -> LogLoss.of(both, new double[][] {{0.5, 0.5}, {1, 0.5}}));
    refused("row 0: -0.5 is not between", () -> LogLoss.of(both, new double[] {-0.5, 1}));
    refused("row 1: NaN is not between", () -> LogLoss.of(both, new double[] {0.5, Double.NaN}));
  }

  private static void refused(String reason, Runnable call) {
    var failure = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }
}

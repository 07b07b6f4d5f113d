package io.gatun.engine.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class RegressionErrorsTest {
  @Test
  void agreesWithScikitLearn() throws IOException {
    for (var fixture : Fixtures.read("metrics").path("regression")) {
      var errors =
          RegressionErrors.of(
              Fixtures.doubles(fixture.path("truth")), Fixtures.doubles(fixture.path("predicted")));
      assertEquals(fixture.path("mse").doubleValue(), errors.meanSquaredError(), 1e-12);
      assertEquals(fixture.path("mae").doubleValue(), errors.meanAbsoluteError(), 1e-12);
      assertEquals(fixture.path("r2").doubleValue(), errors.r2(), 1e-12);
      assertEquals(errors.meanSquaredError(), Math.pow(errors.rootMeanSquaredError(), 2), 1e-12);
    }
    assertEquals(Double.NaN, RegressionErrors.of(new double[1], new double[1]).r2());
  }

  @Test
  void refusesWhatIsNotFinite() {
    double[] bad = {1, Double.NEGATIVE_INFINITY};
    var failure =
        assertThrows(IllegalArgumentException.class, () -> RegressionErrors.of(new double[2], bad));
    assertEquals("predicted, row 1 is -Infinity", failure.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> RegressionErrors.of(new double[0], new double[0]));
  }
}

package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.metric.Fixtures;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PcaTest {
  private static final double TOLERANCE = 1e-10;

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(Fixtures.read("preparation").path("pca").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithScikitLearn(JsonNode fixture) {
    var x = Columns.of(Fixtures.matrix(fixture.path("x")));
    var wanted = fixture.path("components_wanted");
    var pca = wanted.isInt() ? Pca.fit(x, wanted.intValue()) : Pca.fit(x, wanted.doubleValue());
    assertArrayEquals(Fixtures.doubles(fixture.path("mean")), pca.mean(), TOLERANCE);
    double[][] components = Fixtures.matrix(fixture.path("components"));
    assertEquals(components.length, pca.components().length);
    for (int i = 0; i < components.length; i++) {
      assertArrayEquals(components[i], pca.components()[i], TOLERANCE, "component " + i);
    }
    assertArrayEquals(
        Fixtures.doubles(fixture.path("explained_variance")), pca.explainedVariance(), 1e-9);
    assertArrayEquals(
        Fixtures.doubles(fixture.path("explained_variance_ratio")),
        pca.explainedVarianceRatio(),
        TOLERANCE);
    var transformed = pca.transform(x, Arena.ofAuto());
    Columns.assertClose(
        Fixtures.matrix(fixture.path("transformed")), Columns.rows(transformed), "transform");
    Columns.assertClose(
        Fixtures.matrix(fixture.path("inverse")),
        Columns.rows(pca.inverse(transformed, Arena.ofAuto())),
        "inverse");
    assertEquals(pca, Pca.parse(pca.toJson()));
    assertEquals(pca.hashCode(), Pca.parse(pca.toJson()).hashCode());
  }

  /// More rows than one chunk of the covariance has.
  @Test
  void sumsTheCovarianceOverManyRows() {
    var random = new SplittableRandom(7);
    double[][] rows = new double[2000][3];
    for (double[] row : rows) {
      double t = random.nextGaussian();
      row[0] = 3 * t + 1;
      row[1] = 4 * t + 2;
      row[2] = 0.01 * random.nextGaussian();
    }
    var pca = Pca.fit(Columns.of(rows), 1);
    assertArrayEquals(new double[] {0.6, 0.8, 0}, pca.components()[0], 1e-3, "seed 7");
    assertTrue(pca.explainedVarianceRatio()[0] > 0.999, "seed 7");
    double norm = Arrays.stream(pca.components()[0]).map(v -> v * v).sum();
    assertEquals(1, norm, 1e-12);
  }

  @Test
  void namesTheFault() {
    var x = Columns.of(new double[][] {{1, 2}, {3, Double.POSITIVE_INFINITY}, {1, 1}});
    Columns.refused("row 1, feature 1 is Infinity", () -> Pca.fit(x, 1));
    Columns.refused(
        "3 components of column \"x\" of f32[3,2], which has 1 to 2", () -> Pca.fit(x, 3));
    Columns.refused("1.0 is no share", () -> Pca.fit(x, 1.0));
    var equal = Columns.of(new double[][] {{1, 2}, {1, 2}});
    Columns.refused("all samples are equal", () -> Pca.fit(equal, 1));
    var one = Columns.of(new double[][] {{1, 2}});
    Columns.refused("one sample does not vary", () -> Pca.fit(one, 1));
    Columns.refused("is empty", () -> Pca.fit(Columns.of(new double[0][]), 0.5));
    Columns.refused(
        "PCA: a number is not finite",
        () ->
            Pca.parse(
                """
                {"mean":[1],"components":[[1e999]],
                 "explained_variance":[1],"explained_variance_ratio":[1]}\
                """));
    Columns.refused(
        "do not fit",
        () ->
            Pca.parse(
                """
                {"mean":[1],"components":[[1,2]],
                 "explained_variance":[1],"explained_variance_ratio":[1]}\
                """));
  }
}

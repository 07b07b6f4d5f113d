package io.gatun.engine.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfusionMatrixTest {
  private static final double TOLERANCE = 1e-14;

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(
        Fixtures.read("metrics").path("classification").spliterator(), false);
  }

  private static ConfusionMatrix matrix(JsonNode fixture) {
    return ConfusionMatrix.of(
        Fixtures.ints(fixture.path("truth")),
        Fixtures.ints(fixture.path("predicted")),
        List.of(Fixtures.values(fixture.path("names"), String[].class)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithScikitLearn(JsonNode fixture) {
    var matrix = matrix(fixture);
    assertArrayEquals(Fixtures.values(fixture.path("counts"), long[][].class), matrix.counts());
    assertEquals(fixture.path("accuracy").doubleValue(), matrix.accuracy(), TOLERANCE);
    double[][] classes = Fixtures.matrix(fixture.path("classes"));
    for (int c = 0; c < matrix.classes().size(); c++) {
      assertEquals(classes[0][c], matrix.precision(c), TOLERANCE);
      assertEquals(classes[1][c], matrix.recall(c), TOLERANCE);
      assertEquals(classes[2][c], matrix.f1(c), TOLERANCE);
    }
    for (var average : Average.values()) {
      double[] expected = Fixtures.doubles(fixture.path(average.name().toLowerCase(Locale.ROOT)));
      assertEquals(expected[0], matrix.precision(average), TOLERANCE, "precision " + average);
      assertEquals(expected[1], matrix.recall(average), TOLERANCE, "recall " + average);
      assertEquals(expected[2], matrix.f1(average), TOLERANCE, "f1 " + average);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reportIsThatOfScikitLearn(JsonNode fixture) {
    var report = ClassificationReport.of(matrix(fixture));
    assertEquals(fixture.path("report").textValue(), report.toString());
  }

  @Test
  void partsAddUp() {
    int[] truth = {0, 1, 2, 1, 0};
    int[] predicted = {0, 2, 2, 1, 1};
    var whole = ConfusionMatrix.of(truth, predicted, 3);
    var sum =
        IntStream.range(0, truth.length)
            .mapToObj(i -> ConfusionMatrix.of(new int[] {truth[i]}, new int[] {predicted[i]}, 3))
            .reduce(ConfusionMatrix::plus)
            .orElseThrow();
    assertEquals(whole, sum);
    assertEquals(whole.hashCode(), sum.hashCode());
    assertEquals(
        """
        truth       0      1      2
            0       1      1      0
            1       0      1      1
            2       0      0      1
        """,
        whole.toString());
  }

  @Test
  void cannotBeChangedFromOutside() {
    long[][] counts = {{1, 2}, {3, 4}};
    var matrix = new ConfusionMatrix(List.of("a", "b"), counts);
    counts[0][0] = 9;
    matrix.counts()[1][1] = 9;
    assertEquals(new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 2}, {3, 4}}), matrix);
  }

  @Test
  void namesTheFault() {
    refused("truth, row 1: label 3 is not one of the 3 classes 0 to 2", labels(0, 3), labels(0, 1));
    refused("predicted, row 0: label -1", labels(0, 1), labels(-1, 1));
    refused("truth has 1 rows, predicted has 2", labels(0), labels(0, 1));
    refused(
        "distinct classes: [a, a]", () -> new ConfusionMatrix(List.of("a", "a"), new long[2][2]));
    refused("must be 2 by 2", () -> new ConfusionMatrix(List.of("a", "b"), new long[2][3]));
    refused("negative count", () -> new ConfusionMatrix(List.of("a"), new long[][] {{-1}}));
    var two = ConfusionMatrix.of(labels(0), labels(0), 2);
    refused("[0, 1] and [0, 1, 2]", () -> two.plus(ConfusionMatrix.of(labels(0), labels(0), 3)));
  }

  private static int[] labels(int... labels) {
    return labels;
  }

  private static void refused(String reason, int[] truth, int[] predicted) {
    refused(reason, () -> ConfusionMatrix.of(truth, predicted, 3));
  }

  private static void refused(String reason, Runnable call) {
    var failure = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }
}

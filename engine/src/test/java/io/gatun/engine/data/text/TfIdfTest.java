package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TfIdfTest {
  private static final TfIdfOptions DEFAULTS = TfIdfOptions.defaults();

  private static JsonNode fixture() throws IOException {
    try (var in = TfIdfTest.class.getResourceAsStream("/text/tfidf.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static TfIdfOptions options(String name) {
    var terms = Terms.words();
    return switch (name) {
      case "defaults" -> DEFAULTS;
      case "bigrams" -> DEFAULTS.withTerms(terms.withLengths(1, 2));
      case "onlyTrigrams" ->
          DEFAULTS.withTerms(terms.withLengths(3, 3).withStopWords(Set.of("the", "and")));
      case "rare" -> DEFAULTS.withMinimumDocuments(2).withSublinear(true);
      case "few" -> DEFAULTS.withMaximumFeatures(2);
      case "all" ->
          DEFAULTS
              .withMinimumDocuments(2)
              .withMaximumFeatures(4)
              .withSublinear(true)
              .withTerms(terms.withLengths(1, 2).withStopWords(Set.of("sea", "in")));
      default -> throw new AssertionError(name);
    };
  }

  @Test
  void comesBackBitForBit(@TempDir Path folder) throws IOException {
    var texts = strings(fixture().path("train"));
    var options = options("bigrams");
    var fitted = TfIdf.fit(texts, options);
    var file = folder.resolve("terms.txt");
    fitted.save(file);
    var loaded = TfIdf.load(file, options);
    assertEquals(fitted.terms(), loaded.terms());
    for (int i = 0; i < fitted.terms().size(); i++) assertEquals(fitted.idf(i), loaded.idf(i));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sea\t1.5\nsea\t2.5\n", "sea 1.5\n", "sea\tNaN\n", "sea\t\n"})
  void anotherFileIsRefused(String text, @TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("terms.txt"), text);
    var error = assertThrows(MalformedFileException.class, () -> TfIdf.load(file, DEFAULTS));
    assertTrue(error.getMessage().contains("line "), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"defaults", "bigrams", "onlyTrigrams", "rare", "few", "all"})
  void equalsScikitLearn(String name) throws IOException {
    var fixture = fixture();
    var expected = fixture.path("cases").path(name);
    var train = strings(fixture.path("train"));
    var vectors = TfIdf.fit(train, options(name));
    assertEquals(strings(expected.path("terms")), vectors.terms());
    for (int i = 0; i < vectors.terms().size(); i++) {
      assertEquals(expected.path("idf").path(i).asDouble(), vectors.idf(i), 1e-12);
      assertEquals(OptionalInt.of(i), vectors.index(vectors.terms().get(i)));
    }
    try (var arena = Arena.ofConfined()) {
      check(expected.path("train"), vectors.transform("x", train, arena));
      check(expected.path("other"), vectors.transform("x", strings(fixture.path("other")), arena));
    }
  }

  private static void check(JsonNode rows, Column column) {
    int terms = rows.path(0).size();
    assertEquals(TensorType.f32(rows.size(), terms), column.type());
    for (int row = 0; row < rows.size(); row++) {
      for (int i = 0; i < terms; i++) {
        float value = column.data().getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * terms + i);
        String where = "text " + row + ", term " + i;
        assertEquals(rows.path(row).path(i).asDouble(), value, 1e-6, where);
      }
    }
  }

  @Test
  void namesTheStrongestTerms() {
    var vectors = TfIdf.fit(List.of("aa bb", "cc dd"), DEFAULTS);
    var weights = new float[] {0.5f, -2, 3, 0};
    assertEquals(
        List.of(new TfIdf.WeightedTerm("cc", 3), new TfIdf.WeightedTerm("aa", 0.5f)),
        vectors.strongest(weights, 2));
    assertEquals(4, vectors.strongest(weights, 9).size());
    assertThrows(EngineException.class, () -> vectors.strongest(new float[3], 1));
    assertEquals(OptionalInt.empty(), vectors.index("ee"));
  }

  @Test
  void refusesMoreThanTheLimitAndSaysWhatHelps() {
    var texts = List.of("aa bb", "cc dd");
    try (var arena = Arena.ofConfined()) {
      var vectors = TfIdf.fit(texts, DEFAULTS.withMemoryLimit(31));
      var failure = assertThrows(EngineException.class, () -> vectors.transform("x", texts, arena));
      assertTrue(
          failure.getMessage().contains("2 texts x 4 terms x 4 bytes are 32; the limit is 31"),
          failure.getMessage());
      assertTrue(failure.getMessage().contains("withMaximumFeatures(3) makes it fit"));
      var fits = DEFAULTS.withMemoryLimit(31).withMaximumFeatures(3);
      assertEquals(2, TfIdf.fit(texts, fits).transform("x", texts, arena).rows());
    }
  }

  @Test
  void refusesTextsWithoutTerms() {
    assertThrows(EngineException.class, () -> TfIdf.fit(List.of(), DEFAULTS));
    var failure =
        assertThrows(
            EngineException.class,
            () -> TfIdf.fit(List.of("aa", "bb"), DEFAULTS.withMinimumDocuments(2)));
    assertTrue(
        failure.getMessage().contains("none of the 2 terms in 2 texts is kept"),
        failure.getMessage());
    assertThrows(EngineException.class, () -> DEFAULTS.withMinimumDocuments(0));
    assertThrows(EngineException.class, () -> DEFAULTS.withMaximumFeatures(0));
    assertThrows(EngineException.class, () -> Terms.words().withLengths(2, 1));
  }

  @Test
  void ordersByCodePoints() {
    var words = List.of("\uFF41\uFF42", "\uD835\uDCD0\uD835\uDCD1", "zz", "z");
    assertEquals(
        List.of("z", "zz", "\uFF41\uFF42", "\uD835\uDCD0\uD835\uDCD1"),
        words.stream().sorted(TermCounter.BY_CODE_POINT).toList());
    assertTrue(TermCounter.BY_CODE_POINT.compare("\uD835\uDCD0", "\uD835\uDCD1") < 0);
  }
}

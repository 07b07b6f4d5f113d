package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.metric.Fixtures;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScalerTest {
  record Case(String name, Function<Column, Scaler> fit) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("standard", Scaler::standard),
        new Case("min_max", Scaler::minMax),
        new Case("min_max_range", c -> Scaler.minMax(c, -2, 3)),
        new Case("robust", Scaler::robust));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithScikitLearn(Case test) throws IOException {
    JsonNode fixture = Fixtures.read("preparation").path("scalers");
    var arena = Arena.ofAuto();
    var x = Columns.of(Fixtures.matrix(fixture.path("x")));
    var unseen = Columns.of(Fixtures.matrix(fixture.path("new")));
    var scaler = test.fit().apply(x);
    var scaled = scaler.transform(x, arena);
    Columns.assertClose(
        Fixtures.matrix(fixture.path(test.name())), Columns.rows(scaled), test.name());
    Columns.assertClose(
        Fixtures.matrix(fixture.path(test.name() + "_new")),
        Columns.rows(scaler.transform(unseen, arena)),
        test.name() + " of unseen samples");
    Columns.assertClose(Columns.rows(x), Columns.rows(scaler.inverse(scaled, arena)), "inverse");
    assertEquals(scaler, Scaler.parse(scaler.toJson()));
    assertEquals(scaler.hashCode(), Scaler.parse(scaler.toJson()).hashCode());
  }

  @Test
  void scalesImagesPixelByPixel() {
    var bytes = Literal.of(TensorType.of(DType.U8, 2, 1, 2), 0, 200, 100, 255);
    var images = Column.of("images", bytes).scaled(1 / 100.0);
    var scaled = Scaler.minMax(images).transform(images, Arena.ofAuto());
    assertEquals(TensorType.f32(2, 1, 2), scaled.type());
    Columns.assertClose(new double[][] {{0, 0}, {1, 1}}, Columns.rows(scaled), "images");
  }

  @Test
  void namesTheFault() {
    var x = Columns.of(new double[][] {{1, 2}, {3, Double.NaN}});
    Columns.refused("column \"x\", row 1, feature 1 is NaN", () -> Scaler.standard(x));
    Columns.refused("column \"x\", row 1, feature 1 is NaN", () -> Scaler.minMax(x));
    Columns.refused("column \"x\", row 1, feature 1 is NaN", () -> Scaler.robust(x));
    var empty = Columns.of(new double[0][]);
    Columns.refused("of f32[0,0] is empty", () -> Scaler.standard(empty));
    var scaler = Scaler.minMax(Columns.of(new double[][] {{1, 2}}));
    Columns.refused("row 1, feature 1 is NaN", () -> scaler.transform(x, Arena.ofAuto()));
    var one = Columns.of(new double[][] {{1}});
    Columns.refused("has 1 features, wanted are 2", () -> scaler.transform(one, Arena.ofAuto()));
    Columns.refused("range from 1.0 to 1.0", () -> Scaler.minMax(one, 1, 1));
  }

  @Test
  void refusesOtherJson() {
    Columns.refused("not JSON", () -> Scaler.parse("{"));
    Columns.refused("\"kind\" is not a text", () -> Scaler.parse("{}"));
    Columns.refused(
        "\"kind\" is not standard, min_max or robust",
        () -> Scaler.parse("{\"kind\":\"x\",\"centre\":[],\"scale\":[],\"low\":0}"));
    Columns.refused(
        "\"centre\" is not a number",
        () -> Scaler.parse("{\"kind\":\"standard\",\"centre\":[\"1\"],\"scale\":[1],\"low\":0}"));
    Columns.refused(
        "scales that are not 0",
        () -> Scaler.parse("{\"kind\":\"standard\",\"centre\":[1],\"scale\":[0],\"low\":0}"));
  }
}

package io.gatun.engine.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.plot.LearningCurve.Series;
import io.gatun.engine.train.Ending;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.History;
import io.gatun.engine.train.Results;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryCurvesTest {
  private static final Ending ENDING = new Ending(Ending.Kind.COMPLETED, "done");

  private static Epoch epoch(int number, double error) {
    var metrics = new LinkedHashMap<String, Double>();
    metrics.put("accuracy", 0.5);
    metrics.put("error", error);
    var validation = new Results(0.3, metrics);
    return new Epoch(
        number, 20L * number, new Results(0.5, metrics), Optional.of(validation), 1, 1, 0, 0.1);
  }

  @Test
  void everyFigureIsACurve() {
    var points = List.of(new History.Point(30, 0.6), new History.Point(40, 0.5));
    var history = new History(List.of(epoch(2, 7)), points, ENDING);
    var curves = HistoryCurves.of(history);
    assertEquals(
        List.of(
            "training loss",
            "training accuracy",
            "training error",
            "validation loss",
            "validation accuracy",
            "validation error"),
        curves.stream().map(Series::name).toList());
    assertEquals(Quantity.ACCURACY, curves.get(4).quantity());
    assertEquals(new Quantity("error", Quantity.Scale.LINEAR), curves.get(5).quantity());
    assertEquals(List.of(1.5, 2.0), curves.getFirst().epochs());
    assertEquals(List.of(2.0), curves.getLast().epochs());
    assertTrue(HistoryCurves.picture("run", history).draw().getWidth() > 100);
  }

  @Test
  void fractionsShareAnAxis() {
    var metrics = new LinkedHashMap<String, Double>();
    for (var name : List.of("precision", "top_5_accuracy", "perplexity", "mean_error")) {
      metrics.put(name, name.equals("perplexity") ? 12.0 : 0.5);
    }
    var epoch = new Epoch(1, 9, new Results(0.5, metrics), Optional.empty(), 1, 1, 0, 0.1);
    var history = new History(List.of(epoch), List.of(new History.Point(9, 0.5)), ENDING);
    var shared = new Quantity("metrics in %", Quantity.Scale.PERCENT);
    assertEquals(
        List.of(
            Quantity.LOSS,
            shared,
            shared,
            Quantity.PERPLEXITY,
            new Quantity("mean error", Quantity.Scale.LINEAR)),
        HistoryCurves.of(history).stream().map(Series::quantity).toList());
  }

  @Test
  void aRunWithoutStepsHasNone() {
    var none = new History(List.of(), List.of(), ENDING);
    assertThrows(IllegalArgumentException.class, () -> HistoryCurves.of(none));
  }
}

package io.gatun.engine.plot;

import io.gatun.engine.plot.LearningCurve.Series;
import io.gatun.engine.plot.Quantity.Scale;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.History;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// The curves of a training run: the loss over its steps, and after each epoch the loss of the
/// validation and all metrics. A metric whose values are all from 0 to 1, as accuracy and precision
/// are, shows in percent.
public final class HistoryCurves {
  private HistoryCurves() {}

  /// The picture of a run.
  ///
  /// @throws IllegalArgumentException when no step was reported
  public static LearningCurve picture(String title, History history) {
    return new LearningCurve(title, of(history));
  }

  /// The curves of a run, over epochs counted since the parameters were made.
  ///
  /// @throws IllegalArgumentException when no step was reported
  public static List<Series> of(History history) {
    if (history.losses().isEmpty()) {
      throw new IllegalArgumentException("the run has no steps to draw: " + history.ending());
    }
    var curves = new ArrayList<Series>();
    double steps = stepsInEpoch(history);
    curves.add(
        new Series(
            "training loss",
            Quantity.LOSS,
            history.losses().stream().map(point -> point.step() / steps).toList(),
            history.losses().stream().map(History.Point::loss).toList()));
    var names = new LinkedHashSet<String>();
    history.epochs().forEach(epoch -> names.addAll(epoch.figures().keySet()));
    names.remove("loss");
    for (var name : names) add(curves, name, history.epochs());
    return curves;
  }

  /// Without a completed epoch all of the run counts as one.
  private static double stepsInEpoch(History history) {
    return history.epochs().isEmpty()
        ? history.losses().getLast().step()
        : (double) history.last().step() / history.last().number();
  }

  private static void add(List<Series> curves, String name, List<Epoch> epochs) {
    var measured = epochs.stream().filter(e -> e.figures().containsKey(name)).toList();
    var values = measured.stream().map(e -> e.figures().get(name)).toList();
    var title = name.startsWith("validation_") ? name.replaceFirst("_", " ") : "training " + name;
    curves.add(
        new Series(
            title,
            quantity(name.replaceFirst("^validation_", ""), values),
            measured.stream().map(e -> (double) e.number()).toList(),
            values));
  }

  private static Quantity quantity(String name, List<Double> values) {
    if (name.equals("loss")) return Quantity.LOSS;
    boolean fractions = values.stream().noneMatch(v -> v < 0 || v > 1);
    return fractions
        ? new Quantity(name + " in %", Scale.PERCENT)
        : new Quantity(name, Scale.LINEAR);
  }
}

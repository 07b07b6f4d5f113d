package io.gatun.engine.plot;

import io.gatun.engine.plot.LearningCurve.Series;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.History;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/// The curves of a training run: the loss over its steps, and after each epoch the loss of the
/// validation and all metrics. Metrics whose values are all from 0 to 1, as accuracy and precision
/// are, share an axis in percent; others have one each.
public final class HistoryCurves {
  private static final String VALIDATION = "validation_";

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
    var fractions = new LinkedHashSet<String>();
    for (var name : names) {
      if (isFraction(name, history.epochs())) fractions.add(metric(name));
    }
    var axis = fractions.size() == 1 ? fractions.getFirst() : "metrics";
    var shared = new Quantity(axis.replace('_', ' ') + " in %", Quantity.Scale.PERCENT);
    for (var name : names) {
      var values = values(name, history.epochs());
      var quantity = fractions.contains(metric(name)) ? shared : quantity(metric(name));
      var at = epochs(name, history.epochs()).map(e -> (double) e.number()).toList();
      curves.add(new Series(title(name), quantity, at, values));
    }
    return curves;
  }

  /// Without a completed epoch all of the run counts as one.
  private static double stepsInEpoch(History history) {
    return history.epochs().isEmpty()
        ? history.losses().getLast().step()
        : (double) history.last().step() / history.last().number();
  }

  private static Stream<Epoch> epochs(String name, List<Epoch> epochs) {
    return epochs.stream().filter(e -> e.figures().containsKey(name));
  }

  private static List<Double> values(String name, List<Epoch> epochs) {
    return epochs(name, epochs).map(e -> e.figures().get(name)).toList();
  }

  /// The metric without the part that says where it was measured.
  private static String metric(String name) {
    return name.startsWith(VALIDATION) ? name.substring(VALIDATION.length()) : name;
  }

  private static String title(String name) {
    return name.startsWith(VALIDATION) ? "validation " + metric(name) : "training " + name;
  }

  private static boolean isFraction(String name, List<Epoch> epochs) {
    return !isError(metric(name)) && values(name, epochs).stream().noneMatch(v -> v < 0 || v > 1);
  }

  /// Errors may happen to lie between 0 and 1, and are no fractions.
  private static boolean isError(String metric) {
    return metric.contains("error") || metric.contains("loss");
  }

  private static Quantity quantity(String metric) {
    return switch (metric) {
      case "loss" -> Quantity.LOSS;
      case "perplexity" -> Quantity.PERPLEXITY;
      default -> new Quantity(metric.replace('_', ' '), Quantity.Scale.LINEAR);
    };
  }
}

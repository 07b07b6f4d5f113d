package io.gatun.engine.nn.metric;

import io.gatun.engine.metric.Average;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Settings;
import java.io.IOException;
import java.util.Locale;

/// What [Precision], [Recall] and [F1] are told over.
public sealed interface Over {
  /// One class against the other, for numbers that are positive above the threshold and targets
  /// above 0.5; with several numbers a sample each of them is a prediction.
  ///
  /// @param threshold 0.5 for probabilities, 0 for logits
  record Positives(double threshold) implements Over {}

  /// All classes, by the greatest score.
  record Classes(Average average) implements Over {}

  /// One of several classes, against all others.
  record OneClass(int label) implements Over {
    public OneClass {
      Checks.range("metric: label", label, 0, Double.POSITIVE_INFINITY);
    }
  }

  /// Name in reports: `precision`, `precision_macro`, `precision_class_3`.
  default String name(String kind) {
    return switch (this) {
      case Positives _ -> kind;
      case Classes(var average) -> kind + "_" + average.name().toLowerCase(Locale.ROOT);
      case OneClass(int label) -> kind + "_class_" + label;
    };
  }

  /// What a file keeps.
  default Settings settings() {
    return switch (this) {
      case Positives(double threshold) ->
          Settings.none().with("over", "positives").with("threshold", threshold);
      case Classes(var average) -> Settings.none().with("over", "classes").with("average", average);
      case OneClass(int label) -> Settings.none().with("over", "class").with("label", label);
    };
  }

  /// Reads what [#settings] gave.
  static Over read(Fields f) throws IOException {
    return switch (f.text("over")) {
      case "positives" -> new Positives(f.number("threshold"));
      case "classes" -> new Classes(f.constant("average", Average.values()));
      case "class" -> new OneClass(f.integer("label"));
      default -> throw f.failure("over", "positives, classes or class");
    };
  }
}

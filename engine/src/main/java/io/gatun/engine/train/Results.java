package io.gatun.engine.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Loss and metrics, averaged over samples; the metrics in the order in which they were asked for.
public record Results(double loss, Map<String, Double> metrics) {
  public Results {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /// The metric of this name.
  ///
  /// @throws IllegalArgumentException when there is none, listing the names
  public double metric(String name) {
    var value = metrics.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "no metric \"" + name + "\"; there are " + metrics.keySet());
    }
    return value;
  }

  /// Prints as `loss 0.1234, accuracy 0.9876`.
  @Override
  public String toString() {
    return text("");
  }

  /// As [#toString], each name after a prefix.
  String text(String prefix) {
    var text = new StringBuilder(String.format(Locale.ROOT, "%sloss %.4f", prefix, loss));
    metrics.forEach(
        (name, value) ->
            text.append(String.format(Locale.ROOT, ", %s%s %.4f", prefix, name, value)));
    return text.toString();
  }
}

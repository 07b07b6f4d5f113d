package io.gatun.engine.cli;

import io.gatun.engine.nn.Model;
import io.gatun.engine.train.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a classifier says of one sample.
///
/// @param probabilities of the classes, in order
public record Answer(List<Double> probabilities) {
  /// The answers for every row.
  public static List<Answer> of(Model model, Column rows) {
    try (var prediction = model.predict(rows, 256)) {
      float[] all = prediction.toFloats();
      int classes = all.length / Math.max(1, rows.rows());
      var answers = new ArrayList<Answer>();
      for (int row = 0; row < rows.rows(); row++) {
        float[] one = Arrays.copyOfRange(all, row * classes, (row + 1) * classes);
        answers.add(
            new Answer(IntStream.range(0, classes).mapToObj(c -> (double) one[c]).toList()));
      }
      return answers;
    }
  }

  /// The most probable class.
  public int label() {
    int best = 0;
    for (int c = 1; c < probabilities.size(); c++) {
      if (probabilities.get(c) > probabilities.get(best)) best = c;
    }
    return best;
  }

  /// The class, then the probabilities: `7  0:0.000 1:0.000 ...`.
  public String text() {
    return label()
        + "  "
        + IntStream.range(0, probabilities.size())
            .mapToObj(c -> String.format(Locale.ROOT, "%d:%.3f", c, probabilities.get(c)))
            .collect(Collectors.joining(" "));
  }
}

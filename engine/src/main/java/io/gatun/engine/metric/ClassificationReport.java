package io.gatun.engine.metric;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;

/// Precision, recall, F1 and number of samples of every class and of their averages; prints as
/// scikit-learn's `classification_report` does, with two digits.
///
/// @param classes one row a class, by label
/// @param averages the rows "macro avg" and "weighted avg"
public record ClassificationReport(List<Row> classes, double accuracy, List<Row> averages) {
  private static final List<String> HEADERS = List.of("precision", "recall", "f1-score", "support");
  private static final int DIGITS = 2;

  /// Copies the lists.
  public ClassificationReport {
    classes = List.copyOf(classes);
    averages = List.copyOf(averages);
  }

  /// Figures of one class, or of an average over all.
  ///
  /// @param support number of samples
  public record Row(String name, double precision, double recall, double f1, long support) {}

  /// The figures of a confusion matrix.
  public static ClassificationReport of(ConfusionMatrix matrix) {
    var classes =
        IntStream.range(0, matrix.classes().size())
            .mapToObj(
                c ->
                    new Row(
                        matrix.classes().get(c),
                        matrix.precision(c),
                        matrix.recall(c),
                        matrix.f1(c),
                        matrix.support(c)))
            .toList();
    return new ClassificationReport(
        classes,
        matrix.accuracy(),
        List.of(
            average("macro avg", matrix, Average.MACRO),
            average("weighted avg", matrix, Average.WEIGHTED)));
  }

  private static Row average(String name, ConfusionMatrix matrix, Average average) {
    return new Row(
        name,
        matrix.precision(average),
        matrix.recall(average),
        matrix.f1(average),
        matrix.total());
  }

  @Override
  public String toString() {
    int width =
        IntStream.concat(
                classes.stream().mapToInt(row -> row.name().length()),
                averages.stream().mapToInt(row -> row.name().length()))
            .max()
            .orElseThrow();
    var text = new StringBuilder(" ".repeat(width + 1));
    for (var header : HEADERS) text.append(" %9s".formatted(header));
    text.append("\n\n");
    for (var row : classes) append(text, row, width);
    String samples = " %9d\n".formatted(averages.getFirst().support());
    text.append('\n').append(right("accuracy", width)).append(" ".repeat(21));
    text.append(figure(accuracy)).append(samples);
    for (var row : averages) append(text, row, width);
    return text.toString();
  }

  private static void append(StringBuilder text, Row row, int width) {
    text.append(right(row.name(), width)).append(' ').append(figure(row.precision()));
    text.append(figure(row.recall())).append(figure(row.f1()));
    text.append(" %9d\n".formatted(row.support()));
  }

  private static String right(String name, int width) {
    return " ".repeat(width - name.length()) + name;
  }

  /// Rounds the exact binary value, as Python does.
  private static String figure(double value) {
    var rounded = new BigDecimal(value).setScale(DIGITS, RoundingMode.HALF_EVEN);
    return " %9s".formatted(rounded.toPlainString());
  }
}

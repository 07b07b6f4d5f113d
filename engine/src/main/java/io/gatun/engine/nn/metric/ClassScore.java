package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.metric.Average;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A figure of how many samples of a class were found, how many were taken for it and how many
/// there are. Labels that are no class do not count.
sealed interface ClassScore extends Metric permits Precision, Recall, F1 {
  Over over();

  /// The figure of one class; 0 where its denominator is 0.
  ///
  /// @param right samples of the class that were taken for it
  /// @param predicted samples that were taken for it
  /// @param actual samples of the class
  double figure(long right, long predicted, long actual);

  @Override
  default String name() {
    return over().name(kind());
  }

  @Override
  default Settings settings() {
    return over().settings();
  }

  /// Right, predicted and actual, each for all classes that are told apart.
  @Override
  default List<TensorType> states(TensorType prediction) {
    int classes = Outcome.classes(prediction);
    var shape =
        switch (over()) {
          case Over.Positives _ -> Shape.of();
          case Over.Classes _ -> Shape.of(classes);
          case Over.OneClass(int label) -> {
            Checks.fits(label < classes, "%s: no such class, there are %d", name(), classes);
            yield Shape.of(classes);
          }
        };
    return Collections.nCopies(3, new TensorType(DType.I64, shape));
  }

  @Override
  default List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var counts =
        switch (over()) {
          case Over.Positives(double threshold) -> positives(prediction, target, threshold);
          case Over.Classes _, Over.OneClass _ -> classes(prediction, target);
        };
    return List.of(
        states.get(0).add(counts.get(0)),
        states.get(1).add(counts.get(1)),
        states.get(2).add(counts.get(2)));
  }

  private List<Value> positives(Prediction prediction, Value target, double threshold) {
    var actual = prediction.numbers(kind(), target).gt(0.5);
    var predicted = prediction.value().gt(threshold);
    return List.of(Counts.of(actual.and(predicted)), Counts.of(predicted), Counts.of(actual));
  }

  private List<Value> classes(Prediction prediction, Value target) {
    var outcome = Outcome.of(kind(), prediction, target, 0.5);
    var actual = outcome.truth().oneHot(outcome.classes());
    var predicted =
        outcome.predicted().oneHot(outcome.classes()).and(outcome.counted().expandDims(-1));
    return List.of(
        Counts.of(actual.and(predicted), 0), Counts.of(predicted, 0), Counts.of(actual, 0));
  }

  @Override
  default double result(List<Tensor> states, long samples) {
    long[] right = Counts.of(states.get(0));
    long[] predicted = Counts.of(states.get(1));
    long[] actual = Counts.of(states.get(2));
    return switch (over()) {
      case Over.Positives _ -> figure(right[0], predicted[0], actual[0]);
      case Over.OneClass(int c) -> figure(right[c], predicted[c], actual[c]);
      case Over.Classes(var average) -> average(average, right, predicted, actual);
    };
  }

  private double average(Average average, long[] right, long[] predicted, long[] actual) {
    long all = Arrays.stream(actual).sum();
    double sum = 0;
    for (int c = 0; c < actual.length; c++) {
      double figure = figure(right[c], predicted[c], actual[c]);
      sum += average == Average.WEIGHTED ? figure * actual[c] : figure;
    }
    return switch (average) {
      case MACRO -> sum / actual.length;
      case WEIGHTED -> Counts.ratio(sum, all);
      case MICRO -> figure(Arrays.stream(right).sum(), Arrays.stream(predicted).sum(), all);
    };
  }
}

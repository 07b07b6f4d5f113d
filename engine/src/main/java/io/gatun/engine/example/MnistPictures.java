package io.gatun.engine.example;

import io.gatun.engine.cli.Answer;
import io.gatun.engine.cli.MnistOptions;
import io.gatun.engine.data.LabelledImages;
import io.gatun.engine.nn.Model;
import io.gatun.engine.plot.HistoryCurves;
import io.gatun.engine.plot.LearningCurve;
import io.gatun.engine.plot.LearningCurve.Series;
import io.gatun.engine.plot.PredictionGrid;
import io.gatun.engine.plot.Quantity;
import io.gatun.engine.train.History;
import io.gatun.engine.train.Results;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// The pictures of a training run on digits.
///
/// @param log told of each file that is written
public record MnistPictures(Path folder, Consumer<String> log) {
  private static final int SHOWN = 25;

  /// The course of the loss, and the accuracy after each epoch.
  public void loss(History history, Results test) {
    var curves = new ArrayList<>(HistoryCurves.of(history));
    curves.add(
        new Series(
            "test accuracy",
            Quantity.ACCURACY,
            List.of((double) history.last().number()),
            List.of(test.metric("accuracy"))));
    var title =
        String.format(Locale.ROOT, "MNIST, test accuracy %.2f %%", 100 * test.metric("accuracy"));
    var file = folder.resolve("mnist-loss.png");
    if (new LearningCurve(title, curves).writeOrWarn(file, log)) log.accept("loss: " + file);
  }

  /// The first test digits with predicted and true labels.
  public void predictions(Model model, LabelledImages test) {
    int count = Math.min(SHOWN, test.count());
    var answers = Answer.of(model, MnistOptions.pixels(test).slice(0, count));
    var actual = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) actual.add(test.label(i));
    var grid =
        new PredictionGrid(test.images(), answers.stream().map(Answer::label).toList(), actual);
    var file = folder.resolve("mnist-predictions.png");
    if (grid.writeOrWarn(file, log)) log.accept("predictions: " + file);
  }
}

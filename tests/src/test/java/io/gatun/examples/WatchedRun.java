package io.gatun.examples;

import io.gatun.engine.nn.Model;
import io.gatun.engine.tensorboard.TensorBoard;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.LearningRateFinder;
import java.nio.file.Path;

/// A learning rate that was looked for, and a log for TensorBoard.
final class WatchedRun {
  private WatchedRun() {}

  static History run(Model model, Dataset data, Path folder) {
    // quote
    var sweep = LearningRateFinder.of().sweep(model.learner(), data, 32, 0);
    model.setLearningRate(sweep.suggestion()); // the sweep itself has left the model as it was

    var target = data.targets().getFirst().rowType();
    var board = TensorBoard.to(folder).withGraph(model.trainingGraph(32, target));
    return model.fit(data, FitOptions.epochs(5).withCallback(board));
    // end
  }
}

package io.gatun.engine.cli;

import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.optimizer.ConstantRate;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.LearningRateFinder;
import io.gatun.engine.train.LearningRateFinder.Sweep;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option of commands that train to look for a learning rate instead.
public final class LearningRateOption {
  @Option(
      names = "--find-learning-rate",
      description =
          "Do not train, but suggest a learning rate: take up to 100 steps with a rate that grows"
              + " from 1e-7 to 10, and draw the loss over it, learning-rate.png.")
  private boolean wanted;

  /// Options that picocli fills in.
  public LearningRateOption() {}

  /// Whether a rate is asked for.
  public boolean wanted() {
    return wanted;
  }

  /// The losses of a training with a growing rate, if that is asked for: of a model with the first
  /// weights of this one, without its schedule and with an update for each batch, so that the rates
  /// are those of the updates.
  public Optional<Sweep> sweep(Model model, Dataset data, FitOptions options) {
    if (!wanted) return Optional.empty();
    var compilation = model.compilation().withSchedule(new ConstantRate()).withAccumulation(1);
    try (var fresh = model.network().compile(model.device(), compilation)) {
      var finder = LearningRateFinder.of();
      var sweep = finder.sweep(fresh.learner(), data, options.batchSize(), compilation.seed());
      return Optional.of(sweep);
    }
  }
}

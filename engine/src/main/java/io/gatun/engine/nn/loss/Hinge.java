package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// `max(0, 1 - t x)` for scores `x`, averaged over all axes but the first, where `t` is 1 for
/// targets above 0 and -1 for others: classes may be written -1 and 1 or 0 and 1.
///
/// @param squared whether it is the square of that
public record Hinge(boolean squared) implements Loss {
  /// Not squared.
  public static Hinge of() {
    return new Hinge(false);
  }

  @Override
  public String kind() {
    return "hinge";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("squared", squared);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var score = prediction.value();
    var positive = prediction.numbers(kind(), target).gt(0);
    var margin = Nn.relu(positive.select(score.neg(), score).add(1));
    return Prediction.perSample(squared ? margin.square() : margin);
  }
}

package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.function.BiFunction;

/// A loss of the user's own without settings; equal to others of its kind.
record FunctionLoss(String kind, BiFunction<Prediction, Value, Value> function) implements Loss {
  @Override
  public Value of(Prediction prediction, Value target) {
    return function.apply(prediction, target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FunctionLoss loss && loss.kind.equals(kind);
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }
}

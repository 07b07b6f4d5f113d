package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.List;

/// How a gradient improves a parameter. One of your own implements this; models that hold it are
/// read again with [Parts#withOptimizer].
public interface Optimizer extends Part {
  /// The rate at first; a model can change it between steps without compiling again.
  double learningRate();

  /// Names of the tensors kept for each parameter, of its type, which are zero at first.
  List<String> slots();

  /// The parameter and its slots after a step.
  ///
  /// @param slots as [#slots]
  Update update(Value parameter, Value gradient, List<Value> slots, Step step);

  /// What all parameters share.
  ///
  /// @param number of the step, from 1: `i64[]`
  /// @param learningRate `f32[]`
  record Step(Value number, Value learningRate) {}

  /// The next values.
  record Update(Value parameter, List<Value> slots) {}
}

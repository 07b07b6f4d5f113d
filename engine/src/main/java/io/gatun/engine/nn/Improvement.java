package io.gatun.engine.nn;

import io.gatun.engine.nn.Variable.Role;
import io.gatun.engine.nn.optimizer.ConstantRate;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The backward half of a training step: gradients, what is gathered of them over several batches,
/// clipping and the optimizer.
record Improvement(Compilation compilation) {
  /// What is kept for these parameters.
  List<Variable> variables(List<Variable> parameters) {
    var all = new ArrayList<Variable>();
    for (var parameter : parameters) {
      for (var slot : compilation.optimizer().slots()) {
        all.add(TrainingVariables.slot(compilation.optimizer(), slot, parameter));
      }
      if (gathers()) all.add(TrainingVariables.gathered(parameter));
    }
    if (gathers()) all.add(TrainingVariables.GATHERED);
    if (compilation.precision().scalesLoss()) all.addAll(LossScale.variables());
    return all;
  }

  private boolean gathers() {
    return compilation.accumulation() > 1;
  }

  static List<Variable> parameters(Tracing tracing) {
    return tracing.variables().stream().filter(v -> v.role() == Role.PARAMETER).toList();
  }

  /// Gradients of the mean loss of a batch.
  ///
  /// @param usable whether the batch counts; none where all do
  private record Gradients(List<Value> values, Optional<Value> usable) {
    /// Sets a variable to `next` if the batch counts.
    void update(Tracing tracing, Value variable, Value next) {
      tracing.update(variable, usable.map(u -> u.select(next, variable)).orElse(next));
    }
  }

  private Gradients gradients(Tracing tracing, List<Variable> parameters, Value loss) {
    var at = parameters.stream().map(tracing::variable).toList();
    if (!compilation.precision().scalesLoss()) {
      return new Gradients(Gradient.of(loss, at), Optional.empty());
    }
    var scale = new LossScale(tracing);
    var gradients = scale.unscaled(Gradient.of(scale.scaled(loss), at));
    return new Gradients(gradients, Optional.of(scale.update(gradients)));
  }

  /// Adds the gradients of a batch to those gathered.
  void gather(Tracing tracing, Value loss, int samples) {
    var parameters = parameters(tracing);
    var gradients = gradients(tracing, parameters, loss);
    var sums = sums(tracing, parameters, gradients, samples);
    for (int i = 0; i < sums.size(); i++) {
      var gathered = tracing.variable(TrainingVariables.gathered(parameters.get(i)));
      gradients.update(tracing, gathered, sums.get(i));
    }
    var count = tracing.variable(TrainingVariables.GATHERED);
    gradients.update(tracing, count, count.add(samples));
  }

  /// The gathered gradients, each times its samples, with those of this batch.
  private static List<Value> sums(
      Tracing tracing, List<Variable> parameters, Gradients gradients, int samples) {
    var sums = new ArrayList<Value>();
    for (int i = 0; i < parameters.size(); i++) {
      var gathered = tracing.variable(TrainingVariables.gathered(parameters.get(i)));
      sums.add(gathered.add(gradients.values().get(i).mul(samples)));
    }
    return sums;
  }

  /// Improves the parameters by a batch and what was gathered before.
  ///
  /// @param step number of the batch, from 1
  void improve(Tracing tracing, Value loss, Value step, int samples) {
    var parameters = parameters(tracing);
    var batch = gradients(tracing, parameters, loss);
    var gradients = compilation.clipping().of(mean(tracing, parameters, batch, samples));
    var number = gathers() ? step.div(compilation.accumulation()) : step;
    var shared = new Optimizer.Step(number, rate(tracing, number));
    var optimizer = compilation.optimizer();
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      var slots =
          optimizer.slots().stream()
              .map(s -> tracing.variable(TrainingVariables.slot(optimizer, s, parameter)))
              .toList();
      var value = tracing.variable(parameter);
      var update = optimizer.update(value, gradients.get(i), slots, shared);
      batch.update(tracing, value, update.parameter());
      for (int s = 0; s < slots.size(); s++) {
        batch.update(tracing, slots.get(s), update.slots().get(s));
      }
    }
  }

  private List<Value> mean(
      Tracing tracing, List<Variable> parameters, Gradients batch, int samples) {
    if (!gathers()) return batch.values();
    var sums = sums(tracing, parameters, batch, samples);
    var count = tracing.variable(TrainingVariables.GATHERED);
    var factor = count.add(samples);
    batch.update(tracing, count, count.scalar(0));
    for (var parameter : parameters) {
      var gathered = tracing.variable(TrainingVariables.gathered(parameter));
      batch.update(tracing, gathered, gathered.filled(0));
    }
    return sums.stream().map(sum -> sum.div(factor)).toList();
  }

  private Value rate(Tracing tracing, Value number) {
    var rate = tracing.variable(TrainingVariables.LEARNING_RATE);
    if (compilation.schedule() instanceof ConstantRate) return rate;
    return rate.mul(compilation.schedule().factor(number.cast(DType.F32)));
  }
}

package io.gatun.engine.nn;

import io.gatun.engine.EngineException;
import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.nn.metric.Confusion;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The running sums of loss and metrics: their variables, how a batch adds to them, and the figures
/// that they give.
///
/// @param names of the outputs
/// @param objectives one for each output
/// @param types of each output for a batch of one
record Sums(List<String> names, List<Objective> objectives, List<TensorType> types) {
  /// All variables of the sums.
  List<Variable> variables() {
    var all = new ArrayList<Variable>();
    all.add(TrainingVariables.LOSS_SUM);
    for (int i = 0; i < names.size(); i++) {
      if (names.size() > 1) all.add(TrainingVariables.lossSum(names.get(i)));
      for (var metric : objectives.get(i).metrics()) all.addAll(states(i, metric));
    }
    return all;
  }

  private List<Variable> states(int output, Metric metric) {
    return TrainingVariables.states(names.get(output), metric, types.get(output));
  }

  /// The mean loss of a batch, after adding it and the metrics to the sums.
  ///
  /// @param weights of the samples, `f32[samples]`; none where empty
  Value add(Tracing tracing, List<Value> outputs, List<Value> targets, List<Value> weights) {
    var terms = new ArrayList<Value>();
    int samples = targets.getFirst().dim(0);
    for (int i = 0; i < names.size(); i++) {
      var prediction = new Prediction(outputs.get(i));
      var objective = objectives.get(i);
      var loss = loss(tracing, objective, prediction, targets.get(i), weights);
      terms.add(objective.weight() == 1 ? loss : loss.mul(objective.weight()));
      if (names.size() > 1) {
        addLoss(tracing, TrainingVariables.lossSum(names.get(i)), loss, samples);
      }
      for (var metric : objective.metrics()) {
        var states = states(i, metric).stream().map(tracing::variable).toList();
        var next = metric.update(states, prediction, targets.get(i));
        for (int s = 0; s < states.size(); s++) tracing.update(states.get(s), next.get(s));
      }
    }
    terms.addAll(tracing.penalties());
    var total = terms.stream().reduce(Value::add).orElseThrow();
    addLoss(tracing, TrainingVariables.LOSS_SUM, total, samples);
    return total;
  }

  private static void addLoss(Tracing tracing, Variable variable, Value loss, int samples) {
    var sum = tracing.variable(variable);
    tracing.update(sum, sum.add(loss.cast(sum.dtype()).mul(samples)));
  }

  private static Value loss(
      Tracing tracing,
      Objective objective,
      Prediction prediction,
      Value target,
      List<Value> weights) {
    var losses = objective.loss().of(prediction, target);
    if (!objective.classWeights().isEmpty()) {
      losses = losses.mul(classWeights(tracing, objective, losses, target));
    }
    for (var weight : weights) {
      int[] dims = new int[losses.rank()];
      Arrays.fill(dims, 1);
      dims[0] = weight.dim(0);
      losses = losses.mul(weight.reshape(dims));
    }
    return mean(losses, objective.loss().counted(losses, target));
  }

  /// The mean of the losses that count.
  static Value mean(Value losses, Optional<Value> counted) {
    if (counted.isEmpty()) return losses.mean();
    var mask = counted.get();
    var count = mask.cast(DType.I32).sum().maximum(1).cast(losses.dtype());
    return losses.where(mask, 0).sum().div(count);
  }

  private static Value classWeights(
      Tracing tracing, Objective objective, Value losses, Value target) {
    Checks.fits(
        target.dtype().isInteger() && target.type().size() == losses.type().size(),
        "class weights: want an integer label for each of the losses %s, got targets %s",
        losses.type(),
        target.type());
    var factors = objective.classWeights().stream().mapToDouble(d -> d).toArray();
    var table = tracing.tracer().constant(TensorType.f32(factors.length), factors);
    return table.take(target.reshape(losses.shape()).cast(DType.I32), 0);
  }

  /// The figures by name: metrics, and the losses of several outputs.
  Map<String, Double> figures(Variables variables, long samples) {
    var figures = new LinkedHashMap<String, Double>();
    for (int i = 0; i < names.size(); i++) {
      var prefix = names.size() > 1 ? names.get(i) + "_" : "";
      if (names.size() > 1) {
        double sum = variables.tensor(TrainingVariables.lossSum(names.get(i))).item();
        figures.put(prefix + "loss", samples == 0 ? 0 : sum / samples);
      }
      for (var metric : objectives.get(i).metrics()) {
        var states = states(i, metric).stream().map(variables::tensor).toList();
        figures.put(prefix + metric.name(), metric.result(states, samples));
      }
    }
    return figures;
  }

  /// The confusion matrix of the first output that counts one.
  ConfusionMatrix confusion(Variables variables) {
    for (int i = 0; i < names.size(); i++) {
      for (var metric : objectives.get(i).metrics()) {
        if (!(metric instanceof Confusion confusion)) continue;
        return confusion.matrix(states(i, metric).stream().map(variables::tensor).toList());
      }
    }
    throw new EngineException(
        "confusionMatrix: the model counts none; give its compilation the metric new Confusion()");
  }
}

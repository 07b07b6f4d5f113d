package io.gatun.engine.nn;

import io.gatun.engine.nn.Variable.Role;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The graphs of a model for batches of given types. That of a training step holds forward pass,
/// loss, backward pass and optimizer; it has no results: parameters, slots, the step counter and
/// the running sums are updated in place.
record TrainingGraphs(Network network, Compilation compilation) {
  private static final TensorType COUNT = TensorType.of(DType.I64);
  private static final double GREATEST_FLOAT = Float.MAX_VALUE;

  /// Steps done.
  static final Variable STEP = Variable.zeros("train:step", COUNT, Role.TRAINING);

  /// Epochs done.
  static final Variable EPOCH = Variable.zeros("train:epoch", COUNT, Role.TRAINING);

  /// Batches done of the epoch that has begun; counted by [ModelLearner], not in the graph.
  static final Variable EPOCH_STEP = Variable.zeros("train:epoch_step", COUNT, Role.TRAINING);

  /// Samples in the epoch that has begun.
  static final Variable EPOCH_SIZE = Variable.zeros("train:epoch_size", COUNT, Role.TRAINING);

  /// The model's seed.
  static final Variable SEED = Variable.zeros("train:seed", COUNT, Role.TRAINING);

  static final Variable LEARNING_RATE =
      Variable.zeros("train:learning_rate", TensorType.f32(), Role.TRAINING);

  /// Loss over all samples since the sums were zero.
  static final Variable LOSS_SUM =
      Variable.zeros("train:loss_sum", TensorType.of(DType.F64), Role.RUNNING);

  /// Samples since the sums were zero; counted by [ModelLearner], not in the graph.
  static final Variable SAMPLES = Variable.zeros("train:samples", COUNT, Role.RUNNING);

  /// The first step with a loss that is no finite number, from 1; 0 where there is none.
  static final Variable FIRST_BAD_STEP =
      Variable.zeros("train:first_bad_step", COUNT, Role.RUNNING);

  /// Type of a batch of `size` samples of this type.
  static TensorType batch(TensorType sample, int size) {
    var dims = new ArrayList<>(sample.shape().dims());
    dims.addFirst(size);
    return sample.with(new Shape(dims));
  }

  /// Names of the inputs of a batch in a graph: `x`, or `x`, `x1` ...
  List<String> inputNames() {
    var names = new ArrayList<String>();
    for (int i = 0; i < network.inputs().size(); i++) names.add(i == 0 ? "x" : "x" + i);
    return names;
  }

  /// Names of the inputs and targets of a batch.
  List<String> batchNames() {
    var names = new ArrayList<>(inputNames());
    names.add("y");
    return names;
  }

  /// Type of one sample of the output.
  TensorType output() {
    var tracing = Tracing.open(new Tracer(), false);
    var type = forward(tracing, batchTypes(1)).type();
    var dims = type.shape().dims();
    return type.with(new Shape(dims.subList(1, dims.size())));
  }

  private List<TensorType> batchTypes(int size) {
    return network.inputs().stream().map(t -> batch(t, size)).toList();
  }

  /// Everything that the model keeps: what layers declare, then what training needs.
  List<Variable> variables() {
    var tracing = Tracing.open(new Tracer(), true);
    forward(tracing, batchTypes(1));
    tracing.variable(STEP);
    tracing.variable(SEED);
    var variables = new ArrayList<>(tracing.variables());
    for (var variable : tracing.variables()) {
      if (variable.role() != Role.PARAMETER) continue;
      for (var slot : compilation.optimizer().slots()) variables.add(slot(slot, variable));
    }
    variables.addAll(List.of(EPOCH, EPOCH_STEP, EPOCH_SIZE, LEARNING_RATE));
    variables.addAll(List.of(FIRST_BAD_STEP, LOSS_SUM, SAMPLES));
    for (var metric : compilation.metrics()) variables.addAll(states(metric));
    return variables;
  }

  private Variable slot(String slot, Variable parameter) {
    var name = compilation.optimizer().kind() + "." + slot + ":" + parameter.name();
    return Variable.zeros(name, parameter.type(), Role.TRAINING);
  }

  static List<Variable> states(Metric metric) {
    var states = new ArrayList<Variable>();
    for (var type : metric.states()) {
      var name = "metric." + metric.kind() + ":" + states.size();
      states.add(Variable.zeros(name, type, Role.RUNNING));
    }
    return states;
  }

  private Value forward(Tracing tracing, List<TensorType> types) {
    var inputs = new ArrayList<Value>();
    for (int i = 0; i < network.inputs().size(); i++) {
      inputs.add(tracing.tracer().input(inputNames().get(i), types.get(i)));
    }
    return network.forward(tracing.scope(), inputs).getFirst();
  }

  /// A step of training, for inputs and targets of these types.
  Graph train(List<TensorType> types) {
    var tracing = Tracing.open(new Tracer(), true);
    var loss = loss(tracing, types);
    var step = tracing.variable(STEP).add(1);
    tracing.update(tracing.variable(STEP), step);
    improve(tracing, loss, step);
    var bad = tracing.variable(FIRST_BAD_STEP);
    var known = loss.abs().le(GREATEST_FLOAT).or(bad.ne(0));
    tracing.update(bad, known.select(bad, step));
    return tracing.tracer().graph();
  }

  /// A batch of evaluation: adds to the running sums only.
  Graph evaluate(List<TensorType> types) {
    var tracing = Tracing.open(new Tracer(), false);
    loss(tracing, types);
    return tracing.tracer().graph();
  }

  /// The output, `prediction`, for inputs of these types.
  Graph predict(List<TensorType> types) {
    return predict(types, Tracing.open(new Tracer(), false));
  }

  /// The output for inputs of these types with the variables as constants.
  Graph frozen(List<TensorType> types, Function<Variable, Literal> values) {
    var tracer = new Tracer();
    return predict(types, Tracing.closed(tracer, v -> tracer.constant(values.apply(v))));
  }

  private Graph predict(List<TensorType> types, Tracing tracing) {
    tracing.tracer().output("prediction", forward(tracing, types));
    return tracing.tracer().graph();
  }

  /// The mean loss of a batch, which it adds to the running sums with the metrics.
  private Value loss(Tracing tracing, List<TensorType> types) {
    var prediction = new Prediction(forward(tracing, types));
    var target = tracing.tracer().input("y", types.getLast());
    var loss = compilation.loss().of(prediction, target).mean();
    var sum = tracing.variable(LOSS_SUM);
    int samples = types.getFirst().shape().dim(0);
    tracing.update(sum, sum.add(loss.cast(sum.dtype()).mul(samples)));
    for (var metric : compilation.metrics()) {
      var states = states(metric).stream().map(tracing::variable).toList();
      var next = metric.update(states, prediction, target);
      for (int i = 0; i < states.size(); i++) tracing.update(states.get(i), next.get(i));
    }
    return loss;
  }

  private void improve(Tracing tracing, Value loss, Value step) {
    var parameters = tracing.variables().stream().filter(v -> v.role() == Role.PARAMETER).toList();
    var values = parameters.stream().map(tracing::variable).toList();
    var gradients = Gradient.of(loss, values);
    var shared = new Optimizer.Step(step, tracing.variable(LEARNING_RATE));
    var optimizer = compilation.optimizer();
    for (int i = 0; i < values.size(); i++) {
      var parameter = parameters.get(i);
      var slots =
          optimizer.slots().stream().map(s -> tracing.variable(slot(s, parameter))).toList();
      var update = optimizer.update(values.get(i), gradients.get(i), slots, shared);
      tracing.update(values.get(i), update.parameter());
      for (int s = 0; s < slots.size(); s++) {
        tracing.update(slots.get(s), update.slots().get(s));
      }
    }
  }
}

package io.gatun.engine.nn;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/// The graphs of a model for batches of given types. That of a training step holds forward pass,
/// loss, backward pass and optimizer; it has no results: parameters, slots, the step counter and
/// the running sums are updated in place.
///
/// The types of a batch are those of the inputs, then of the targets, then of the samples' weights
/// where the data set has them.
record TrainingGraphs(Network network, Compilation compilation) {
  static final double GREATEST_FLOAT = Float.MAX_VALUE;

  TrainingGraphs {
    int outputs = network.outputs().size();
    if (compilation.objectives().size() != outputs) {
      throw new IllegalArgumentException(
          "the network has %d outputs %s, the compilation %d objectives"
              .formatted(outputs, network.outputs(), compilation.objectives().size()));
    }
  }

  /// Type of a batch of `size` samples of this type.
  static TensorType batch(TensorType sample, int size) {
    var dims = new ArrayList<>(sample.shape().dims());
    dims.addFirst(size);
    return sample.with(new Shape(dims));
  }

  /// Names of the inputs of a batch in a graph: `x`, or `x`, `x1` ...
  List<String> inputNames() {
    return numbered("x", network.inputs().size());
  }

  private List<String> targetNames() {
    return numbered("y", network.outputs().size());
  }

  private static List<String> numbered(String stem, int count) {
    var names = new ArrayList<String>();
    for (int i = 0; i < count; i++) names.add(i == 0 ? stem : stem + i);
    return names;
  }

  /// Names of the inputs, targets and weights of a batch.
  List<String> batchNames() {
    var names = new ArrayList<>(inputNames());
    names.addAll(targetNames());
    names.add("weights");
    return names;
  }

  /// What the network gives, and wants of its inputs.
  Signature signature() {
    var tracing = Tracing.open(new Tracer(), Tracing.Mode.PREDICT);
    var outputs = forward(tracing, batchTypes(1));
    var limits = new ArrayList<OptionalInt>();
    for (var name : inputNames()) {
      var limit = tracing.limits().get(name);
      limits.add(limit == null ? OptionalInt.empty() : OptionalInt.of(limit));
    }
    return new Signature(samples(outputs), limits);
  }

  /// Types of one sample of values of a batch.
  private static List<TensorType> samples(List<Value> batch) {
    return batch.stream()
        .map(v -> v.type().with(new Shape(v.shape().dims().subList(1, v.rank()))))
        .toList();
  }

  /// Types of the inputs of a batch.
  List<TensorType> batchTypes(int size) {
    return network.inputs().stream().map(t -> batch(t, size)).toList();
  }

  /// The running sums of loss and metrics.
  ///
  /// @param outputs type of one sample of each output
  Sums sums(List<TensorType> outputs) {
    var types = outputs.stream().map(t -> batch(t, 1)).toList();
    return new Sums(network.outputs(), compilation.objectives(), types);
  }

  /// Everything that the model keeps: what layers declare, then what training needs.
  List<Variable> variables() {
    var tracing = Tracing.open(new Tracer(), Tracing.Mode.TRAIN);
    var outputs = forward(tracing, batchTypes(1));
    tracing.variable(TrainingVariables.STEP);
    tracing.variable(TrainingVariables.SEED);
    var variables = new ArrayList<>(tracing.variables());
    variables.addAll(improvement().variables(Improvement.parameters(tracing)));
    variables.addAll(TrainingVariables.COUNTERS);
    variables.addAll(sums(samples(outputs)).variables());
    return variables;
  }

  private Improvement improvement() {
    return new Improvement(compilation);
  }

  private List<Value> forward(Tracing tracing, List<TensorType> types) {
    return network.forward(
        tracing.scope(), inputs(tracing, inputNames(), types.subList(0, network.inputs().size())));
  }

  private static List<Value> inputs(Tracing tracing, List<String> names, List<TensorType> types) {
    var inputs = new ArrayList<Value>();
    for (int i = 0; i < types.size(); i++) {
      inputs.add(tracing.tracer().input(names.get(i), types.get(i)));
    }
    return inputs;
  }

  /// A step of training, for a batch of these types.
  Graph train(List<TensorType> types) {
    return step(types, true);
  }

  /// As [#train], but the gradients are gathered for a later step.
  Graph gather(List<TensorType> types) {
    return step(types, false);
  }

  private Graph step(List<TensorType> types, boolean last) {
    var tracing = Tracing.open(new Tracer(), Tracing.Mode.TRAIN);
    var loss = loss(tracing, types);
    var counter = tracing.variable(TrainingVariables.STEP);
    var step = counter.add(1);
    tracing.update(counter, step);
    int samples = types.getFirst().shape().dim(0);
    if (last) improvement().improve(tracing, loss, step, samples);
    else improvement().gather(tracing, loss, samples);
    var bad = tracing.variable(TrainingVariables.FIRST_BAD_STEP);
    var known = loss.abs().le(GREATEST_FLOAT).or(bad.ne(0));
    tracing.update(bad, known.select(bad, step));
    return graph(tracing);
  }

  /// A batch of evaluation: adds to the running sums only.
  Graph evaluate(List<TensorType> types) {
    var tracing = Tracing.open(new Tracer(), Tracing.Mode.EVALUATE);
    loss(tracing, types);
    return graph(tracing);
  }

  /// The outputs, by their names, for inputs of these types.
  Graph predict(List<TensorType> types) {
    return predict(types, Tracing.open(new Tracer(), Tracing.Mode.PREDICT));
  }

  /// The outputs for inputs of these types with the variables as constants.
  Graph frozen(List<TensorType> types, Function<Variable, Literal> values) {
    var tracer = new Tracer();
    return predict(types, Tracing.closed(tracer, v -> tracer.constant(values.apply(v))));
  }

  private Graph graph(Tracing tracing) {
    return compilation.precision().lower(tracing.tracer().graph());
  }

  private Graph predict(List<TensorType> types, Tracing tracing) {
    var outputs = forward(tracing, types);
    for (int i = 0; i < outputs.size(); i++) {
      tracing.tracer().output(network.outputs().get(i), outputs.get(i));
    }
    return graph(tracing);
  }

  /// The mean loss of a batch, which it adds to the running sums with the metrics.
  private Value loss(Tracing tracing, List<TensorType> types) {
    var outputs = forward(tracing, types);
    var given = types.subList(network.inputs().size(), types.size());
    var targets = inputs(tracing, targetNames(), given.subList(0, network.outputs().size()));
    var weights = inputs(tracing, List.of("weights"), given.subList(targets.size(), given.size()));
    return sums(samples(outputs)).add(tracing, outputs, targets, weights);
  }
}

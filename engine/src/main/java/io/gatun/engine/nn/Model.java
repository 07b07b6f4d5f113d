package io.gatun.engine.nn;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Program;
import io.gatun.engine.Tensor;
import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.train.BatchMemory;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.Learner;
import io.gatun.engine.train.Results;
import io.gatun.engine.train.Trainer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.onnx.Batched;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A network with parameters, on a device: trains, evaluates, predicts and saves itself. Graphs are
/// compiled for each size of batch when it first comes up. Owns its tensors; the device must
/// outlive it. Not for use by two threads at once.
public final class Model implements AutoCloseable, Batched {
  private final Device device;
  private final TrainingGraphs graphs;
  private final Variables variables;
  private final List<TensorType> outputs;
  private final List<OptionalInt> limits;
  private final Sums sums;
  private final Runner train;
  private final Runner gather;
  private final Runner evaluate;
  private final Runner predict;

  private Model(Device device, TrainingGraphs graphs, Variables variables) {
    this.device = device;
    this.graphs = graphs;
    this.variables = variables;
    var signature = graphs.signature();
    outputs = signature.outputs();
    limits = signature.indexLimits();
    sums = graphs.sums(outputs);
    train = runner("train", graphs::train, graphs.batchNames());
    gather = runner("gather", graphs::gather, graphs.batchNames());
    evaluate = runner("evaluate", graphs::evaluate, graphs.batchNames());
    predict = runner("predict", graphs::predict, graphs.inputNames());
  }

  private Runner runner(
      String name, Function<List<TensorType>, Graph> source, List<String> batchNames) {
    var precise = graphs.compilation().precision().on(device);
    return new Runner(new Program(name, precise, source), variables, batchNames);
  }

  /// A model with the first parameters that the seed gives.
  static Model of(Network network, Device device, Compilation compilation) {
    var graphs = new TrainingGraphs(network, compilation);
    var variables = Variables.initialized(graphs.variables(), device, compilation.seed());
    variables.setCount(TrainingVariables.SEED, compilation.seed());
    var model = new Model(device, graphs, variables);
    model.setLearningRate(compilation.optimizer().learningRate());
    return model;
  }

  /// A model over values that were read from a file.
  static Model of(TrainingGraphs graphs, Device device, Variables variables) {
    return new Model(device, graphs, variables);
  }

  /// Reads a model that [#save] wrote; training goes on from there as if it had not stopped.
  ///
  /// @throws IOException when the file is damaged or of another make, naming the first difference
  public static Model load(Path file, Device device) throws IOException {
    return load(file, device, Parts.builtIn());
  }

  /// As [#load(Path, Device)], for models with parts of the user's own.
  public static Model load(Path file, Device device, Parts parts) throws IOException {
    return ModelFile.read(file, device, parts);
  }

  /// Writes architecture, parameters, and the state of optimizer and training to one safetensors
  /// file: whole or, when that fails, not at all.
  public void save(Path file) throws IOException {
    ModelFile.write(file, graphs, variables);
  }

  /// Takes over parameters and state from a file that a model of the same make wrote; training goes
  /// on from there as if it had not stopped. Only the optimizer's learning rate may differ, and the
  /// model's own then stays.
  ///
  /// @throws IOException when the file is damaged or of another make, naming the first difference;
  ///     the model is then as it was
  public void restore(Path file) throws IOException {
    ModelFile.restore(file, graphs, variables);
  }

  /// Writes the parameters and what layers keep besides, by name, and nothing of the training: a
  /// safetensors file for other models and other programs.
  public void saveWeights(Path file) throws IOException {
    WeightsFile.write(file, variables);
  }

  /// Takes over the weights of a file that [#saveWeights] or [#save] wrote; the state of optimizer
  /// and training stays.
  ///
  /// @throws IOException when its tensors are not exactly those of this model, naming the first
  ///     difference; the model is then as it was
  public void loadWeights(Path file) throws IOException {
    WeightsFile.read(file, variables, true);
  }

  /// As [#loadWeights], but only of the tensors that the model has by name and type.
  public WeightsReport loadMatchingWeights(Path file) throws IOException {
    return WeightsFile.read(file, variables, false);
  }

  /// Takes over the weights of a model of the same variables, as one on another device; the state
  /// of optimizer and training stays.
  ///
  /// @throws EngineException when the other's variables differ, naming the first
  public void copyFrom(Model other) {
    WeightsFile.copy(other.variables, variables);
  }

  public Network network() {
    return graphs.network();
  }

  public Compilation compilation() {
    return graphs.compilation();
  }

  public Device device() {
    return device;
  }

  /// A table of the layers with their output shapes, parameters and bytes.
  public String summary() {
    return network().summary();
  }

  /// Names of the variables: `dense/kernel` ..., then those of optimizer and training.
  public List<String> variableNames() {
    return List.copyOf(variables.names());
  }

  /// A variable's tensor, which the model owns; writing it changes the model.
  ///
  /// @throws EngineException when there is none, listing the names
  public Tensor variable(String name) {
    if (variables.names().contains(name)) return variables.tensor(name);
    throw new EngineException("no variable \"" + name + "\"; there are " + variables.names());
  }

  /// Bytes that the model holds off-heap, apart from batches and code: its variables, and the
  /// arenas of what has been compiled so far, as the plans say.
  public long plannedBytes() {
    long arenas =
        train.arenaBytes() + gather.arenaBytes() + evaluate.arenaBytes() + predict.arenaBytes();
    return arenas + variables.declared().stream().mapToLong(v -> v.type().bytes()).sum();
  }

  public double learningRate() {
    return learner().learningRate();
  }

  /// Sets the rate of the next steps; nothing is compiled again.
  public void setLearningRate(double rate) {
    learner().setLearningRate(rate);
  }

  /// Trains, going on where the model was stopped: in the middle of an epoch, or after the epochs
  /// that it has seen. The same seed, data and options give the same model to the last bit on one
  /// machine.
  ///
  /// @throws EngineException when the data does not fit the model, naming column and sample
  /// @throws io.gatun.engine.train.TrainingException when the loss is no longer finite
  public History fit(Dataset data, FitOptions options) {
    check("fit", data);
    options.validation().ifPresent(d -> check("fit: validation", d));
    return Trainer.fit(learner(), data, options, compilation().seed());
  }

  /// Loss and metrics over a data set.
  public Results evaluate(Dataset data, int batchSize) {
    check("evaluate", data);
    return Trainer.evaluate(learner(), data, batchSize);
  }

  /// As [#evaluate(Dataset, int)] in batches of 256.
  public Results evaluate(Dataset data) {
    return evaluate(data, 256);
  }

  /// How often samples of each class are taken for each class, by the metric
  /// [io.gatun.engine.nn.metric.Confusion] of the first output that has it.
  ///
  /// @throws EngineException when the model was compiled without that metric
  public ConfusionMatrix confusionMatrix(Dataset data, int batchSize) {
    check("confusionMatrix", data);
    return modelLearner().confusionMatrix(data, batchSize);
  }

  /// The model as the training loop sees it, for loops of one's own. It checks no data.
  public Learner learner() {
    return modelLearner();
  }

  private ModelLearner modelLearner() {
    return new ModelLearner(
        BatchMemory.of(device), graphs, sums, variables, train, gather, evaluate);
  }

  /// The first output for all samples, `[samples, ...]`, in a tensor that the caller closes.
  public Tensor predict(Column input, int batchSize) {
    var all = predict(List.of(input), batchSize);
    all.subList(1, all.size()).forEach(Tensor::close);
    return all.getFirst();
  }

  /// All outputs for all samples, each `[samples, ...]`, in tensors that the caller closes.
  public List<Tensor> predict(List<Column> inputs, int batchSize) {
    checkInput("predict", inputs);
    int rows = inputs.getFirst().rows();
    var results = new ArrayList<Tensor>();
    try {
      for (int i = 0; i < outputs.size(); i++) {
        var type = TrainingGraphs.batch(outputs.get(i), rows);
        results.add(Tensor.allocate(network().outputs().get(i), type));
      }
      if (rows > 0) predict(inputs, batchSize, results);
      return results;
    } catch (RuntimeException e) {
      results.forEach(Tensor::close);
      throw e;
    }
  }

  private void predict(List<Column> inputs, int batchSize, List<Tensor> results) {
    try (var batches =
        Batches.inOrder(new Dataset(inputs, List.of()), batchSize, BatchMemory.of(device))) {
      int from = 0;
      for (int step = 0; step < batches.steps(); step++) {
        var batch = batches.next();
        var slices = new ArrayList<Tensor>();
        for (int i = 0; i < results.size(); i++) {
          var type = TrainingGraphs.batch(outputs.get(i), batch.size());
          long rowBytes = type.bytes() / batch.size();
          var part = results.get(i).data().asSlice(from * rowBytes, type.bytes());
          slices.add(Tensor.wrap(network().outputs().get(i), type, part));
        }
        predict.run(batch.types(), batch.tensors(), slices);
        from += batch.size();
      }
    }
  }

  /// As [#predict(Column, int)] for the rows of a tensor, in batches of 256.
  public Tensor predict(Tensor input) {
    return predict(Column.of(input), 256);
  }

  /// The graph that predicts for `size` samples, with the parameters as constants: those of the
  /// model itself, which must not be trained on or closed while the graph is in use.
  @Override
  public Graph inferenceGraph(int size) {
    return graphs.frozen(graphs.batchTypes(size), v -> literal(v));
  }

  /// The graph of one training step for `size` samples whose targets have these types.
  ///
  /// @param targets type of one target of each output, then that of a sample's weight, `f32[]`, if
  ///     the samples have weights
  public Graph trainingGraph(int size, TensorType... targets) {
    var types = new ArrayList<>(graphs.batchTypes(size));
    for (var target : targets) types.add(TrainingGraphs.batch(target, size));
    return graphs.train(types);
  }

  private Literal literal(Variable variable) {
    return Literal.of(variable.type(), variables.tensor(variable).contents());
  }

  private void check(String call, Dataset data) {
    if (data.size() == 0) {
      throw new EngineException(
          "%s: the data set is empty: column \"%s\" is %s"
              .formatted(call, data.inputs().getFirst().name(), data.inputs().getFirst().type()));
    }
    checkInput(call, data.inputs());
    if (data.targets().size() != outputs.size()) {
      throw new EngineException(
          "%s: the model has %d outputs %s, the data set %d targets"
              .formatted(call, outputs.size(), network().outputs(), data.targets().size()));
    }
    for (int i = 0; i < outputs.size(); i++) {
      var objective = compilation().objectives().get(i);
      var target = data.targets().get(i);
      var one = TrainingGraphs.batch(outputs.get(i), 1);
      var ignored = objective.loss().ignoredLabel();
      objective.loss().classes(one).ifPresent(n -> Labels.check(call, target, n, ignored));
      if (!objective.classWeights().isEmpty()) {
        Labels.check(call + ": class weights", target, objective.classWeights().size(), ignored);
      }
    }
  }

  private void checkInput(String call, List<Column> columns) {
    var given = columns.stream().map(Column::rowType).toList();
    if (given.equals(network().inputs())) {
      for (int i = 0; i < columns.size(); i++) {
        var column = columns.get(i);
        limits.get(i).ifPresent(n -> Labels.checkIndices(call, column, n));
      }
      return;
    }
    var names = columns.stream().map(c -> "\"" + c.name() + "\"").collect(Collectors.joining(","));
    throw new EngineException(
        "%s: the model takes samples of %s, column %s has %s; reshape it, or convert bytes by Column.scaled(1 / 255.0) or a Rescaling layer"
            .formatted(call, network().inputs(), names, given));
  }

  @Override
  public void close() {
    train.close();
    gather.close();
    evaluate.close();
    predict.close();
    variables.close();
  }
}

package io.gatun.engine.nn;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Program;
import io.gatun.engine.Tensor;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.Learner;
import io.gatun.engine.train.Results;
import io.gatun.engine.train.Trainer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A network with parameters, on a device: trains, evaluates, predicts and saves itself. Graphs are
/// compiled for each size of batch when it first comes up. Owns its tensors; the device must
/// outlive it. Not for use by two threads at once.
public final class Model implements AutoCloseable {
  private final Device device;
  private final TrainingGraphs graphs;
  private final Variables variables;
  private final TensorType output;
  private final Runner train;
  private final Runner evaluate;
  private final Runner predict;

  private Model(Device device, TrainingGraphs graphs, Variables variables) {
    this.device = device;
    this.graphs = graphs;
    this.variables = variables;
    output = graphs.output();
    train = runner("train", graphs::train, graphs.batchNames());
    evaluate = runner("evaluate", graphs::evaluate, graphs.batchNames());
    predict = runner("predict", graphs::predict, graphs.inputNames());
  }

  private Runner runner(
      String name, Function<List<TensorType>, Graph> source, List<String> batchNames) {
    return new Runner(new Program(name, device, source), variables, batchNames);
  }

  /// A model with the first parameters that the seed gives.
  static Model of(Network network, Device device, Compilation compilation) {
    var graphs = new TrainingGraphs(network, compilation);
    var variables = Variables.initialized(graphs.variables(), compilation.seed());
    variables.setCount(TrainingGraphs.SEED, compilation.seed());
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
    return ModelFile.read(file, device);
  }

  /// Writes architecture, parameters, and the state of optimizer and training to one safetensors
  /// file: whole or, when that fails, not at all.
  public void save(Path file) throws IOException {
    ModelFile.write(file, graphs, variables);
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

  /// The model as the training loop sees it, for loops of one's own. It checks no data.
  public Learner learner() {
    return new ModelLearner(graphs, variables, train, evaluate);
  }

  /// The outputs for all samples, `[samples, ...]`, in a tensor that the caller closes.
  public Tensor predict(Column input, int batchSize) {
    checkInput("predict", List.of(input));
    var type = TrainingGraphs.batch(output, input.rows());
    var result = Tensor.allocate("prediction", type);
    if (input.rows() == 0) return result;
    long rowBytes = type.bytes() / input.rows();
    try (var batches = Batches.inOrder(Dataset.of(input), batchSize)) {
      long from = 0;
      for (int i = 0; i < batches.steps(); i++) {
        var batch = batches.next();
        var part = result.data().asSlice(from, batch.size() * rowBytes);
        var partType = TrainingGraphs.batch(output, batch.size());
        var slice = Tensor.wrap("prediction", partType, part);
        predict.run(batch.types(), batch.tensors(), List.of(slice));
        from += part.byteSize();
      }
    } catch (RuntimeException e) {
      result.close();
      throw e;
    }
    return result;
  }

  /// As [#predict(Column, int)] for the rows of a tensor, in batches of 256.
  public Tensor predict(Tensor input) {
    return predict(Column.of(input), 256);
  }

  /// The graph that predicts for `size` samples, with the parameters as constants: those of the
  /// model itself, which must not be trained on or closed while the graph is in use.
  public Graph inferenceGraph(int size) {
    return graphs.frozen(batchTypes(size), v -> literal(v));
  }

  /// The graph of one training step for `size` samples whose targets have this type.
  ///
  /// @param target type of one target
  public Graph trainingGraph(int size, TensorType target) {
    var types = new ArrayList<>(batchTypes(size));
    types.add(TrainingGraphs.batch(target, size));
    return graphs.train(types);
  }

  private List<TensorType> batchTypes(int size) {
    return network().inputs().stream().map(t -> TrainingGraphs.batch(t, size)).toList();
  }

  private Literal literal(Variable variable) {
    return Literal.of(variable.type(), variables.tensor(variable).data());
  }

  private void check(String call, Dataset data) {
    if (data.size() == 0) {
      throw new EngineException(
          "%s: the data set is empty: column \"%s\" is %s"
              .formatted(call, data.inputs().getFirst().name(), data.inputs().getFirst().type()));
    }
    checkInput(call, data.inputs());
    if (data.targets().size() != 1) {
      throw new EngineException(
          call + ": the model has one output, the data set " + data.targets().size() + " targets");
    }
    var target = data.targets().getFirst();
    var one = TrainingGraphs.batch(output, 1);
    compilation().loss().classes(one).ifPresent(n -> Labels.check(call, target, n));
  }

  private void checkInput(String call, List<Column> columns) {
    var given = columns.stream().map(Column::rowType).toList();
    if (given.equals(network().inputs())) return;
    var names = columns.stream().map(c -> "\"" + c.name() + "\"").collect(Collectors.joining(","));
    throw new EngineException(
        "%s: the model takes samples of %s, column %s has %s; reshape it, or convert bytes by Column.scaled(1 / 255.0) or a Rescaling layer"
            .formatted(call, network().inputs(), names, given));
  }

  @Override
  public void close() {
    train.close();
    evaluate.close();
    predict.close();
    variables.close();
  }
}

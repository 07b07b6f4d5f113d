package io.gatun.engine;

import io.gatun.engine.profile.RecordedExecutable;
import io.gatun.graph.ir.Input;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.ModelValue;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.onnx.OnnxParts;
import io.gatun.graph.onnx.ValueNeededException;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An ONNX model on a device, compiled for each list of input shapes when it is first met; the
/// [Program#DEFAULT_BOUND] that were used last are kept. Operators whose shapes depend on data, and
/// what follows from them, are computed by the reference evaluator after the compiled part. A model
/// that cannot be cut so is evaluated as a whole, by graphs that are kept for the values that they
/// depend on.
///
/// What is compiled for a model in a file is kept below the cache folder, where the device can: a
/// later process runs it without parsing the model ([io.gatun.graph.onnx.Onnx#open]) and without
/// compiling. Not for use by two threads at once.
public final class OnnxProgram implements AutoCloseable {
  /// A model for inputs of given types.
  private sealed interface Made {
    /// A whole model that is compiled.
    record Compiled(Executable executable, Map<String, List<String>> labels) implements Made {}

    /// A part that is compiled, where there is one, and one that is evaluated.
    record Cut(OnnxParts parts, Optional<Executable> executable) implements Made {}

    /// A model that cannot be cut, as a sequence whose length depends on data.
    record Whole(ValueGraphs graphs) implements Made {}
  }

  private final OnnxModel model;
  private final Device device;
  private final Optional<PlanCache> plans;
  private final ShapeCache<Made> cache;

  /// Of the model's inputs; empty until the model or a plan that was kept has told them.
  private Optional<List<String>> names = Optional.empty();

  /// Of the outputs of the last run.
  private Map<String, List<String>> labels = Map.of();

  /// What was found before it was run.
  private Optional<Found> found = Optional.empty();

  /// An executable that was kept for inputs of these types.
  private record Found(Map<String, TensorType> types, Executable executable) {}

  /// A model of any shapes; nothing is compiled yet.
  public OnnxProgram(Device device, OnnxModel model) {
    this(device, model, PlanCache.of(device, model, ""));
  }

  /// @param plans where plans are kept
  OnnxProgram(Device device, OnnxModel model, Optional<PlanCache> plans) {
    this.model = model;
    this.device = device;
    this.plans = plans;
    cache =
        new ShapeCache<>(
            model.name(), Program.DEFAULT_BOUND, this::make, OnnxProgram::close, Program::warn);
  }

  /// Whether a plan was kept for exactly these inputs, so that [#run] does not parse the model.
  /// What they are checked by otherwise, they have passed when it was made.
  public boolean isKept(Map<String, TensorType> types) {
    if (isFound(types)) return true;
    var executable = find(types);
    if (executable.isEmpty()) return false;
    found.ifPresent(other -> other.executable().close());
    found = Optional.of(new Found(Map.copyOf(types), executable.get()));
    if (names.isEmpty()) names = Optional.of(List.copyOf(types.keySet()));
    return true;
  }

  private boolean isFound(Map<String, TensorType> types) {
    return found.filter(f -> f.types().equals(types)).isPresent();
  }

  /// The names of the model's inputs.
  private List<String> names(Map<String, Tensor> inputs) {
    if (names.isEmpty()) {
      var types = new LinkedHashMap<String, TensorType>();
      inputs.forEach((name, tensor) -> types.put(name, tensor.type()));
      if (!isKept(types)) {
        names = Optional.of(model.inputs().stream().map(ModelValue::name).toList());
      }
    }
    return names.orElseThrow();
  }

  private Optional<Executable> find(Map<String, TensorType> types) {
    return plans.flatMap(p -> p.find(types, new LaterPlan(() -> parts(types).graph(), device)));
  }

  private OnnxParts parts(Map<String, TensorType> types) {
    var bindings = Bindings.none();
    for (var entry : types.entrySet()) {
      bindings = bindings.shape(entry.getKey(), entry.getValue().shape());
    }
    return model.parts(bindings);
  }

  private Made make(List<TensorType> list) {
    var types = new LinkedHashMap<String, TensorType>();
    for (int i = 0; i < list.size(); i++) types.put(names.orElseThrow().get(i), list.get(i));
    var known = isFound(types) ? found.map(Found::executable) : find(types);
    if (isFound(types)) found = Optional.empty();
    if (known.isPresent()) {
      return new Made.Compiled(new RecordedExecutable(model.name(), known.get()), Map.of());
    }
    try {
      var parts = parts(types);
      if (parts.graph().outputs().isEmpty()) return new Made.Cut(parts, Optional.empty());
      var executable = device.compile(model.name(), parts.graph());
      if (!parts.operators().isEmpty()) return new Made.Cut(parts, Optional.of(executable));
      // A plan has no strings.
      if (parts.labels().isEmpty()) plans.ifPresent(p -> p.keep(types, executable));
      return new Made.Compiled(executable, parts.labels());
    } catch (ValueNeededException _) {
      return new Made.Whole(new ValueGraphs(model));
    }
  }

  private static void close(Made made) {
    switch (made) {
      case Made.Compiled compiled -> compiled.executable().close();
      case Made.Cut cut -> cut.executable().ifPresent(Executable::close);
      case Made.Whole _ -> {}
    }
  }

  /// The outputs by name, which the caller closes.
  ///
  /// @throws EngineException when the model has other inputs
  /// @throws io.gatun.graph.onnx.OnnxException when it cannot be made for these shapes
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    var wanted = names(inputs);
    if (!inputs.keySet().containsAll(wanted)) {
      throw new EngineException(
          "the model wants the inputs %s; this use of it has %s"
              .formatted(wanted, inputs.keySet()));
    }
    var types = new ArrayList<TensorType>();
    for (String name : wanted) types.add(inputs.get(name).type());
    return switch (cache.of(types)) {
      case Made.Compiled(var executable, var texts) -> {
        labels = texts;
        yield run(executable, inputs);
      }
      case Made.Cut(var parts, var executable) ->
          finish(parts, executable.isPresent() ? run(executable.get(), inputs) : Map.of());
      case Made.Whole(var graphs) -> evaluate(graphs, inputs);
    };
  }

  /// What the numbers that the last run gave for this output stand for; empty for plain tensors.
  /// For strings, as a classifier's labels, the output is a tensor of `i64`, each a place in this
  /// list. For a sequence of maps, as `ZipMap` gives, the output is the matrix of their values, a
  /// row for each map, and these are the keys of its columns, numbers as their text.
  public List<String> labels(String output) {
    return labels.getOrDefault(output, List.of());
  }

  private static Map<String, Tensor> run(Executable executable, Map<String, Tensor> inputs) {
    var arguments = new ArrayList<Tensor>();
    for (var parameter : executable.signature().inputs()) {
      arguments.add(inputs.get(parameter.name()));
    }
    var results = new LinkedHashMap<String, Tensor>();
    for (var tensor : executable.run(arguments)) results.put(tensor.name(), tensor);
    return results;
  }

  private Map<String, Tensor> evaluate(ValueGraphs graphs, Map<String, Tensor> inputs) {
    var arrays = new LinkedHashMap<String, NdArray>();
    for (String name : names(inputs)) arrays.put(name, inputs.get(name).toNdArray());
    var instance = graphs.of(arrays);
    labels = instance.labels();
    var graph = instance.graph();
    var arguments =
        graph.inputs().stream().map(node -> arrays.get(((Input) node.op()).name())).toList();
    var values = graph.evaluate(arguments);
    var outputs = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < values.size(); i++) {
      String name = graph.outputs().get(i).name();
      outputs.put(name, Tensor.of(name, values.get(i)));
    }
    return outputs;
  }

  /// The outputs that the graph gave, without the values at the cut, and the others.
  private Map<String, Tensor> finish(OnnxParts parts, Map<String, Tensor> results) {
    var outputs = new LinkedHashMap<String, Tensor>();
    try {
      var values = new LinkedHashMap<String, NdArray>();
      results.forEach((name, tensor) -> values.put(name, tensor.toNdArray()));
      var rest = parts.finish(values);
      results.forEach(
          (name, tensor) -> {
            if (!name.startsWith("cut:")) outputs.put(name, tensor);
          });
      labels = new LinkedHashMap<>(parts.labels());
      labels.putAll(rest.labels());
      rest.arrays().forEach((name, array) -> outputs.put(name, Tensor.of(name, array)));
      return outputs;
    } finally {
      results.forEach(
          (name, tensor) -> {
            if (!outputs.containsKey(name)) tensor.close();
          });
    }
  }

  @Override
  public void close() {
    found.ifPresent(f -> f.executable().close());
    found = Optional.empty();
    cache.close();
  }
}

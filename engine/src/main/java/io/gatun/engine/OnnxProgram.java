package io.gatun.engine;

import io.gatun.graph.ir.Input;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.ModelValue;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.onnx.OnnxParts;
import io.gatun.graph.onnx.ValueNeededException;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An ONNX model on a device, compiled for each list of input shapes when it is first met; the
/// [Program#DEFAULT_BOUND] that were used last are kept. Operators whose shapes depend on data, and
/// what follows from them, are computed by the reference evaluator after the compiled part. A model
/// that cannot be cut so is evaluated as a whole, by graphs that are kept for the values that they
/// depend on. Not for use by two threads at once.
public final class OnnxProgram implements AutoCloseable {
  /// A model for inputs of given types.
  private sealed interface Made {
    /// A part that is compiled, where there is one, and one that is evaluated.
    record Cut(OnnxParts parts, Optional<Executable> executable) implements Made {}

    /// A model that cannot be cut, as a sequence whose length depends on data.
    record Whole(ValueGraphs graphs) implements Made {}
  }

  private final OnnxModel model;
  private final Device device;
  private final List<String> names;
  private final ShapeCache<Made> cache;

  /// A model of any shapes; nothing is compiled yet.
  public OnnxProgram(Device device, OnnxModel model) {
    this.model = model;
    this.device = device;
    names = model.inputs().stream().map(ModelValue::name).toList();
    cache =
        new ShapeCache<>(
            model.name(), Program.DEFAULT_BOUND, this::make, OnnxProgram::close, Program::warn);
  }

  private Made make(List<TensorType> types) {
    var bindings = Bindings.none();
    for (int i = 0; i < types.size(); i++) {
      bindings = bindings.shape(names.get(i), types.get(i).shape());
    }
    try {
      var parts = model.parts(bindings);
      boolean isEmpty = parts.graph().outputs().isEmpty();
      return new Made.Cut(
          parts,
          isEmpty ? Optional.empty() : Optional.of(device.compile(model.name(), parts.graph())));
    } catch (ValueNeededException _) {
      return new Made.Whole(new ValueGraphs(model));
    }
  }

  private static void close(Made made) {
    switch (made) {
      case Made.Cut cut -> cut.executable().ifPresent(Executable::close);
      case Made.Whole _ -> {}
    }
  }

  /// The outputs by name, which the caller closes.
  ///
  /// @throws EngineException when the model has other inputs
  /// @throws io.gatun.graph.onnx.OnnxException when it cannot be made for these shapes
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    if (!inputs.keySet().containsAll(names)) {
      throw new EngineException(
          "the model wants the inputs %s; this use of it has %s".formatted(names, inputs.keySet()));
    }
    List<TensorType> types = names.stream().map(name -> inputs.get(name).type()).toList();
    return switch (cache.of(types)) {
      case Made.Cut(var parts, var executable) -> {
        var results = new LinkedHashMap<String, Tensor>();
        executable.ifPresent(e -> run(e, inputs, results));
        yield parts.operators().isEmpty() ? results : finish(parts, results);
      }
      case Made.Whole(var graphs) -> evaluate(graphs, inputs);
    };
  }

  private static void run(
      Executable executable, Map<String, Tensor> inputs, Map<String, Tensor> results) {
    var arguments =
        executable.plan().inputs().stream()
            .map(node -> inputs.get(((Input) node.op()).name()))
            .toList();
    for (var tensor : executable.run(arguments)) results.put(tensor.name(), tensor);
  }

  private Map<String, Tensor> evaluate(ValueGraphs graphs, Map<String, Tensor> inputs) {
    var arrays = new LinkedHashMap<String, NdArray>();
    for (String name : names) arrays.put(name, inputs.get(name).toNdArray());
    var graph = graphs.of(arrays);
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
  private static Map<String, Tensor> finish(OnnxParts parts, Map<String, Tensor> results) {
    var outputs = new LinkedHashMap<String, Tensor>();
    try {
      var values = new LinkedHashMap<String, NdArray>();
      results.forEach((name, tensor) -> values.put(name, tensor.toNdArray()));
      var rest = parts.finish(values);
      results.forEach(
          (name, tensor) -> {
            if (!name.startsWith("cut:")) outputs.put(name, tensor);
          });
      rest.forEach((name, array) -> outputs.put(name, Tensor.of(name, array)));
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
    cache.close();
  }
}

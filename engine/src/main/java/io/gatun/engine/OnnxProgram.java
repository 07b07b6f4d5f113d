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

/// An ONNX model on a device, compiled for each list of input shapes when it is first met; the
/// [Program#DEFAULT_BOUND] that were used last are kept. Operators whose shapes depend on data, and
/// what follows from them, are computed by the reference evaluator after the compiled part. Not for
/// use by two threads at once.
public final class OnnxProgram implements AutoCloseable {
  private final OnnxModel model;
  private final List<String> names;
  private final Program program;
  private final Map<List<TensorType>, OnnxParts> parts = new LinkedHashMap<>(16, 0.75f, true);

  /// A model of any shapes; nothing is compiled yet.
  public OnnxProgram(Device device, OnnxModel model) {
    this.model = model;
    names = model.inputs().stream().map(ModelValue::name).toList();
    program = new Program(model.name(), device, types -> parts(types).graph());
  }

  private OnnxParts parts(List<TensorType> types) {
    var known = parts.get(types);
    if (known != null) return known;
    var bindings = Bindings.none();
    for (int i = 0; i < types.size(); i++) {
      bindings = bindings.shape(names.get(i), types.get(i).shape());
    }
    var made = model.parts(bindings);
    if (parts.size() == Program.DEFAULT_BOUND) parts.remove(parts.keySet().iterator().next());
    parts.put(types, made);
    return made;
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
    OnnxParts both;
    try {
      both = parts(types);
    } catch (ValueNeededException _) {
      return whole(inputs);
    }
    var results = new LinkedHashMap<String, Tensor>();
    if (!both.graph().outputs().isEmpty()) run(types, inputs, results);
    return both.operators().isEmpty() ? results : finish(both, results);
  }

  private void run(
      List<TensorType> types, Map<String, Tensor> inputs, Map<String, Tensor> results) {
    var executable = program.of(types);
    var arguments =
        executable.plan().inputs().stream()
            .map(node -> inputs.get(((Input) node.op()).name()))
            .toList();
    for (var tensor : executable.run(arguments)) results.put(tensor.name(), tensor);
  }

  /// What cannot be cut, as a sequence whose length depends on data, is a graph for these values.
  private Map<String, Tensor> whole(Map<String, Tensor> inputs) {
    var bindings = Bindings.none();
    for (String name : names) bindings = bindings.value(name, inputs.get(name).toNdArray());
    var graph = model.graph(bindings);
    var arguments =
        graph.inputs().stream()
            .map(node -> inputs.get(((Input) node.op()).name()).toNdArray())
            .toList();
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
    program.close();
  }
}

package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Program;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Input;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.ModelValue;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An ONNX model on a device, compiled for each list of input shapes when it is first met. Not for
/// use by two threads at once.
final class OnnxProgram implements AutoCloseable {
  private final List<String> names;
  private final Program program;

  OnnxProgram(Device device, OnnxModel model) {
    names = model.inputs().stream().map(ModelValue::name).toList();
    program =
        new Program(
            model.name(),
            device,
            types -> {
              var bindings = Bindings.none();
              for (int i = 0; i < types.size(); i++) {
                bindings = bindings.shape(names.get(i), types.get(i).shape());
              }
              return model.graph(bindings);
            });
  }

  /// The outputs by name, which the caller closes.
  ///
  /// @throws EngineException when the model has other inputs
  Map<String, Tensor> run(Map<String, Tensor> inputs) {
    if (!inputs.keySet().containsAll(names)) {
      throw new EngineException(
          "the model wants the inputs %s; this use of it has %s".formatted(names, inputs.keySet()));
    }
    List<TensorType> types = names.stream().map(name -> inputs.get(name).type()).toList();
    var executable = program.of(types);
    var arguments =
        executable.plan().inputs().stream()
            .map(node -> inputs.get(((Input) node.op()).name()))
            .toList();
    var results = new LinkedHashMap<String, Tensor>();
    for (var tensor : executable.run(arguments)) results.put(tensor.name(), tensor);
    return results;
  }

  @Override
  public void close() {
    program.close();
  }
}

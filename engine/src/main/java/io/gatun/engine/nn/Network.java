package io.gatun.engine.nn;

import io.gatun.engine.Device;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The architecture of a model, without values: a function from inputs to outputs that declares
/// variables.
public sealed interface Network extends Part permits Functional, Sequential {
  /// Type of one sample of each input, without the axis of samples.
  List<TensorType> inputs();

  /// Names of the outputs, which the metrics bear where there are several.
  List<String> outputs();

  /// The outputs for a batch of inputs.
  List<Value> forward(Scope scope, List<Value> inputs);

  /// A table of the layers with their output shapes, parameters and bytes.
  String summary();

  /// A model of this architecture with fresh parameters. The device must outlive it.
  ///
  /// @throws IllegalArgumentException when there are not as many objectives as outputs
  default Model compile(Device device, Compilation compilation) {
    return Model.of(this, device, compilation);
  }
}

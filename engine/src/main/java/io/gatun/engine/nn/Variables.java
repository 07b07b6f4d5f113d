package io.gatun.engine.nn;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.train.Snapshot;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The tensors of a model by name, in the order of their declaration.
final class Variables implements AutoCloseable {
  private final Map<String, Variable> declared = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /// Zeros, for all of these.
  private Variables(List<Variable> variables, Device device) {
    try {
      for (var variable : variables) {
        declared.put(variable.name(), variable);
        tensors.put(variable.name(), allocate(variable, device));
      }
    } catch (EngineException outOfMemory) {
      close();
      throw outOfMemory;
    }
  }

  /// What graphs use lies where the device needs no copy of it.
  private static Tensor allocate(Variable variable, Device device) {
    return TrainingVariables.COUNTED_BY_HOST.contains(variable)
        ? Tensor.allocate(variable.name(), variable.type())
        : device.allocate(variable.name(), variable.type());
  }

  /// Tensors of zeros for a device, to be overwritten.
  static Variables zeros(List<Variable> variables, Device device) {
    return new Variables(variables, device);
  }

  /// Tensors with the first values that their initializers give.
  static Variables initialized(List<Variable> variables, Device device, long seed) {
    var made = new Variables(variables, device);
    for (var variable : variables) {
      var data = made.tensor(variable).data();
      variable.initializer().fill(data, variable.type(), seed, variable.name());
    }
    return made;
  }

  Tensor tensor(Variable variable) {
    return tensors.get(variable.name());
  }

  Tensor tensor(String name) {
    return tensors.get(name);
  }

  Set<String> names() {
    return tensors.keySet();
  }

  Collection<Variable> declared() {
    return declared.values();
  }

  long count(Variable variable) {
    return tensor(variable).contents().get(ValueLayout.JAVA_LONG, 0);
  }

  void setCount(Variable variable, long count) {
    tensor(variable).data().set(ValueLayout.JAVA_LONG, 0, count);
  }

  /// Sets the running sums to zero.
  void reset() {
    for (var variable : declared.values()) {
      if (variable.role() == Variable.Role.RUNNING) tensor(variable).data().fill((byte) 0);
    }
  }

  /// A copy of the variables that are `wanted`.
  Snapshot snapshot(Predicate<Variable> wanted) {
    return new VariablesSnapshot(
        declared.values().stream().filter(wanted).map(this::tensor).toList());
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}

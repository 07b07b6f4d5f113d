package io.gatun.engine.nn;

import io.gatun.engine.Device;
import io.gatun.engine.io.Safetensors;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A model in one safetensors file, so that it is replaced whole or not at all: a tensor for each
/// variable, running sums only in the middle of an epoch, and the architecture as JSON in the
/// metadata under `gatun.model` (see [ModelJson]). Other programs read the weights as those of any
/// safetensors file.
final class ModelFile {
  private static final String KEY = "gatun.model";

  private ModelFile() {}

  static void write(Path file, TrainingGraphs graphs, Variables variables) throws IOException {
    var tensors = new TreeMap<String, Literal>();
    boolean midEpoch = variables.count(TrainingVariables.EPOCH_STEP) > 0;
    for (var variable : saved(variables.declared(), midEpoch)) {
      var data = variables.tensor(variable).contents();
      tensors.put(variable.name(), Literal.of(variable.type(), data));
    }
    var metadata = new TreeMap<String, String>();
    metadata.put(KEY, ModelJson.write(graphs));
    new Safetensors(tensors, metadata).write(file);
  }

  private static List<Variable> saved(Collection<Variable> variables, boolean midEpoch) {
    return variables.stream().filter(v -> midEpoch || v.role() != Variable.Role.RUNNING).toList();
  }

  static Model read(Path file, Device device, Parts parts) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var content = Safetensors.read(file, arena);
      var graphs = ModelJson.read(json(file, content), file, parts);
      var declared = declared(graphs, file);
      check(file, saved(declared, isMidEpoch(content)), content);
      var variables = Variables.zeros(declared, device);
      copy(content, variables);
      return Model.of(graphs, device, variables);
    }
  }

  /// Gives the variables the values of a file that a model of these graphs wrote.
  static void restore(Path file, TrainingGraphs graphs, Variables variables) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var content = Safetensors.read(file, arena);
      boolean sameRate = ModelJson.checkSame(graphs, json(file, content), file);
      check(file, saved(variables.declared(), isMidEpoch(content)), content);
      var rate = variables.tensor(TrainingVariables.LEARNING_RATE).data();
      float own = rate.get(ValueLayout.JAVA_FLOAT, 0);
      variables.reset();
      copy(content, variables);
      if (!sameRate) rate.set(ValueLayout.JAVA_FLOAT, 0, own);
    }
  }

  private static String json(Path file, Safetensors content) throws IOException {
    var json = content.metadata().get(KEY);
    if (json != null) return json;
    throw new IOException(
        file + ": no model of Gatun: its metadata lacks \"" + KEY + "\"; it holds tensors only");
  }

  private static void copy(Safetensors content, Variables variables) {
    for (var variable : saved(variables.declared(), isMidEpoch(content))) {
      var data = content.tensors().get(variable.name()).data();
      variables.tensor(variable).data().copyFrom(data);
    }
  }

  private static boolean isMidEpoch(Safetensors content) {
    var step = content.tensors().get(TrainingVariables.EPOCH_STEP.name());
    return step != null
        && step.type().equals(TrainingVariables.EPOCH_STEP.type())
        && step.data().get(ValueLayout.JAVA_LONG_UNALIGNED, 0) > 0;
  }

  private static List<Variable> declared(TrainingGraphs graphs, Path file) throws IOException {
    try {
      return graphs.variables();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(file + ": the model cannot be: " + e.getMessage(), e);
    }
  }

  /// Names and types, before any memory is taken for them.
  private static void check(Path file, List<Variable> wanted, Safetensors content)
      throws IOException {
    for (var variable : wanted) {
      var found = content.tensors().get(variable.name());
      if (found == null) {
        throw new IOException(
            file + ": tensor \"" + variable.name() + "\" " + variable.type() + " is missing");
      }
      if (!found.type().equals(variable.type())) {
        throw new IOException(
            "%s: tensor \"%s\" is %s, the model wants %s"
                .formatted(file, variable.name(), found.type(), variable.type()));
      }
    }
    var names = wanted.stream().map(Variable::name).collect(Collectors.toSet());
    for (var name : content.tensors().keySet()) {
      if (!names.contains(name)) {
        throw new IOException(file + ": tensor \"" + name + "\" belongs to no layer of the model");
      }
    }
  }
}

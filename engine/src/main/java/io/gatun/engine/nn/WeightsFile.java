package io.gatun.engine.nn;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.Safetensors;
import io.gatun.engine.nn.Variable.Role;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// What layers declare, parameters and states, as a safetensors file: a tensor by each variable's
/// name and nothing else.
final class WeightsFile {
  private WeightsFile() {}

  static void write(Path file, Variables variables) throws IOException {
    var tensors = new TreeMap<String, Literal>();
    for (var variable : weights(variables.declared())) {
      var data = variables.tensor(variable).contents();
      tensors.put(variable.name(), Literal.of(variable.type(), data));
    }
    Safetensors.of(tensors).write(file);
  }

  private static List<Variable> weights(Collection<Variable> variables) {
    return variables.stream()
        .filter(v -> v.role() == Role.PARAMETER || v.role() == Role.STATE)
        .toList();
  }

  /// Gives the variables the values of the tensors of their names.
  ///
  /// @param strict whether it is all or none
  /// @throws IOException when strict and the file has other tensors
  static WeightsReport read(Path file, Variables variables, boolean strict) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var content = Safetensors.read(file, arena);
      var report = report(content, weights(variables.declared()));
      if (strict && !report.isComplete()) throw refusal(file, report);
      for (var name : report.loaded()) {
        variables.tensor(name).data().copyFrom(content.tensors().get(name).data());
      }
      return report;
    }
  }

  private static IOException refusal(Path file, WeightsReport report) {
    return new IOException(
        "%s: not the weights of this model: %s (%s); loadMatchingWeights takes those that fit"
            .formatted(file, report.firstDifference().orElseThrow(), report));
  }

  private static WeightsReport report(Safetensors content, List<Variable> weights) {
    var loaded = new ArrayList<String>();
    var missing = new ArrayList<String>();
    var mismatched = new ArrayList<WeightsReport.Mismatch>();
    var unexpected = new TreeSet<>(content.tensors().keySet());
    // What training keeps has a colon in its name: a checkpoint is a weights file, too.
    unexpected.removeIf(name -> name.contains(":"));
    for (var variable : weights) {
      var name = variable.name();
      unexpected.remove(name);
      var found = content.tensors().get(name);
      if (found == null) missing.add(name);
      else if (found.type().equals(variable.type())) loaded.add(name);
      else mismatched.add(mismatch(name, found, variable));
    }
    return new WeightsReport(loaded, missing, mismatched, List.copyOf(unexpected));
  }

  private static WeightsReport.Mismatch mismatch(String name, Literal found, Variable variable) {
    return new WeightsReport.Mismatch(name, found.type().toString(), variable.type().toString());
  }

  /// Gives the variables the values of those of another model.
  ///
  /// @throws EngineException when they have not the same names and types, naming the first
  static void copy(Variables from, Variables to) {
    var given = weights(from.declared());
    var wanted = weights(to.declared());
    for (int i = 0; i < Math.max(given.size(), wanted.size()); i++) {
      var one = text(given, i);
      var other = text(wanted, i);
      if (one.equals(other)) continue;
      throw new EngineException(
          "copyFrom: not the weights of this model: variable %d is %s there and %s here"
              .formatted(i, one, other));
    }
    for (var variable : wanted)
      to.tensor(variable).data().copyFrom(from.tensor(variable).contents());
  }

  private static String text(List<Variable> variables, int i) {
    if (i >= variables.size()) return "missing";
    return "\"" + variables.get(i).name() + "\" " + variables.get(i).type();
  }
}

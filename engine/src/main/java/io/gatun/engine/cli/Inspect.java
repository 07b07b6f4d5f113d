package io.gatun.engine.cli;

import io.gatun.graph.ir.Node;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.onnx.OnnxParts;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Tells what is in an ONNX file.
@Command(
    name = "inspect",
    description = {
      "Tells what is in an ONNX file: inputs, outputs, opsets, parameters and operators.",
      "",
      "Operators are compiled unless they are marked. One that is unknown cannot be run. What has"
          + " shapes or branches that depend on data, or follows from such, comes after the cut:"
          + " the reference evaluates it. What the compiled plan has no code for is interpreted, by"
          + " the reference too. Dimensions that the model leaves open are taken as the number"
          + " given here.",
      ""
    },
    footer = {"  gatun inspect model.onnx", ""})
final class Inspect implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "ONNX file.")
  private Path file;

  @Option(
      names = "--dimension",
      paramLabel = "N",
      defaultValue = "8",
      description = "Size of the dimensions that the model leaves open.")
  private int dimension;

  private final Console console;

  Inspect(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var model = Onnx.model(file);
    var out = console.out();
    out.println("model       " + file);
    out.println("opsets      " + model.opsets());
    out.println(String.format(Locale.ROOT, "parameters  %,d", model.parameters()));
    model.inputs().forEach(input -> out.println("input       " + input));
    model.outputs().forEach(output -> out.println("output      " + output));
    var parts = parts(model);
    var interpreted = parts.map(p -> interpreted(model, p)).orElse(Map.of());
    Map<String, Integer> cut = parts.map(OnnxParts::operators).orElse(Map.of());
    out.println("operators");
    model
        .operators()
        .forEach(
            (operator, count) -> {
              var marks = new ArrayList<String>();
              if (!model.supports(operator)) marks.add("unknown");
              if (cut.containsKey(operator)) marks.add("after the cut: " + cut.get(operator));
              if (interpreted.containsKey(operator)) {
                marks.add("interpreted: " + interpreted.get(operator));
              }
              var mark = marks.isEmpty() ? "" : "  (" + String.join(", ", marks) + ")";
              out.println(String.format(Locale.ROOT, "  %6d  %s%s", count, operator, mark));
            });
    return 0;
  }

  /// The model as it is compiled; why it is not is said.
  private Optional<OnnxParts> parts(OnnxModel model) {
    var bindings = Bindings.none();
    for (var input : model.inputs()) {
      for (String dim : input.dims().orElse(List.of())) {
        if (!dim.chars().allMatch(Character::isDigit)) {
          bindings = bindings.dimension(dim, dimension);
        }
      }
    }
    try {
      return Optional.of(model.parts(bindings));
    } catch (OnnxException e) {
      console.out().println("not compiled for dimensions of " + dimension + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /// How many nodes of each operator the plan for the CPU has no code for, and the plan's steps.
  private Map<String, Integer> interpreted(OnnxModel model, OnnxParts parts) {
    var counts = new TreeMap<String, Integer>();
    if (parts.graph().outputs().isEmpty()) return counts;
    var plan = Compiler.compile(parts.graph(), Target.cpu());
    plan.interpreted().stream()
        .map(Node::source)
        .distinct()
        .flatMap(source -> model.operators(source).stream())
        .forEach(operator -> counts.merge(operator, 1, Integer::sum));
    console
        .out()
        .printf(
            "plan        %d steps for the CPU, %d operations interpreted%n",
            plan.steps().size(), plan.interpreted().size());
    return counts;
  }
}

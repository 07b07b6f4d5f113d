package io.gatun.engine.cli;

import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      "An operator that is marked as unknown cannot be run. One that is marked as a fall-back has"
          + " shapes or branches that depend on data, or follows from one: the reference evaluates"
          + " it after the compiled part. All others are compiled. Dimensions that the model leaves"
          + " open are taken as the number given here.",
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
    var fallbacks = fallbacks(model);
    out.println("operators");
    model
        .operators()
        .forEach(
            (operator, count) ->
                out.println(
                    String.format(
                        Locale.ROOT,
                        "  %6d  %s%s%s",
                        count,
                        operator,
                        model.supports(operator) ? "" : "  (unknown)",
                        fallbacks.containsKey(operator)
                            ? "  (fall-back: %d)".formatted(fallbacks.get(operator))
                            : "")));
    return 0;
  }

  /// What the reference evaluates; what cannot be told is said.
  private Map<String, Integer> fallbacks(OnnxModel model) {
    var bindings = Bindings.none();
    for (var input : model.inputs()) {
      for (String dim : input.dims().orElse(List.of())) {
        if (!dim.chars().allMatch(Character::isDigit)) {
          bindings = bindings.dimension(dim, dimension);
        }
      }
    }
    try {
      return model.parts(bindings).operators();
    } catch (OnnxException e) {
      console.out().println("not compiled for dimensions of " + dimension + ": " + e.getMessage());
      return Map.of();
    }
  }
}

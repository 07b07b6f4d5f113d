package io.gatun.engine.cli;

import io.gatun.graph.onnx.Onnx;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Tells what is in an ONNX file.
@Command(
    name = "inspect",
    description = {
      "Tells what is in an ONNX file: inputs, outputs, opsets, parameters and operators.",
      "",
      "An operator that is marked as unknown cannot be run."
    },
    footer = {"  gatun inspect model.onnx", ""})
final class Inspect implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "ONNX file.")
  private Path file;

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
    out.println("operators");
    model
        .operators()
        .forEach(
            (operator, count) ->
                out.println(
                    String.format(
                        Locale.ROOT,
                        "  %6d  %s%s",
                        count,
                        operator,
                        model.supports(operator) ? "" : "  (unknown)")));
    return 0;
  }
}

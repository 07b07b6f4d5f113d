package io.gatun.engine.cli;

import io.gatun.engine.Executable;
import io.gatun.engine.profile.GraphPage;
import io.gatun.engine.profile.PlanProfile;
import io.gatun.engine.profile.RandomTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Draws the graph of a model as a page.
@Command(
    name = "view",
    description = {
      "Draws the graph of a model, as it is run, as one HTML page that needs no network.",
      "",
      "Each node is in the colour of the step that computes it: nodes of one colour are fused into"
          + " one kernel. The page can be moved, zoomed and searched; a click on a node shows its"
          + " type, its step, what it was made from and, with --profile, the step's time.",
      ""
    },
    footer = {
      "  gatun view model.onnx -o graph.html",
      "  gatun view model.onnx --dim batch=8 --profile -o graph.html",
      ""
    })
final class View implements Callable<Integer> {
  @Mixin private GraphSource source;
  @Mixin private DeviceOptions devices;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      defaultValue = "graph.html",
      description = "The page to write.")
  private Path out;

  @Option(
      names = "--profile",
      description = "Run the graph on random numbers and show the time of each step.",
      showDefaultValue = Visibility.NEVER)
  private boolean profiled;

  private final Console console;

  View(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (var device = devices.open()) {
      source.use(device, console, this::write);
    }
    return 0;
  }

  private void write(Executable executable, RandomTensors tensors) throws IOException {
    Optional<PlanProfile> profile =
        profiled
            ? Optional.of(
                executable.profile(tensors.inputs(), tensors.results(), Executable.PROFILED_RUNS))
            : Optional.empty();
    Files.writeString(out, GraphPage.html(source.name(), executable.plan(), profile));
    console
        .out()
        .printf(
            "%d nodes, %d steps -> %s%n",
            executable.plan().graph().nodes().size(), executable.plan().steps().size(), out);
  }
}

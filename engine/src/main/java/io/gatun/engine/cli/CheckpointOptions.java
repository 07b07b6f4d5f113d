package io.gatun.engine.cli;

import io.gatun.engine.nn.Model;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.ModelCheckpoint;
import io.gatun.engine.train.StopOnInterrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The checkpoint of a command that trains: saved every ten seconds at the end of an epoch, in the
/// end and on Ctrl-C, and gone on from to the same bits.
public final class CheckpointOptions {
  /// Exit code of a command that was interrupted and whose checkpoint is saved; also that of the
  /// shell for Ctrl-C.
  public static final int INTERRUPTED = 130;

  private static final String NAME = "checkpoint";

  private static final Duration PAUSE = Duration.ofSeconds(10);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "Folder of checkpoint.safetensors, which is saved after epochs and on Ctrl-C. Default:"
              + " that of --out.")
  private Path folder;

  @Option(
      names = "--resume",
      description = "Go on from the checkpoint, to the bits that a run without a stop reaches.")
  private boolean resume;

  /// Options that picocli fills in.
  public CheckpointOptions() {}

  /// Trains, from the checkpoint where that is asked for.
  ///
  /// @param training what trains with options
  /// @param options whose epochs count from the first one
  /// @return nothing when the process was told to end: then the checkpoint is saved, and nothing is
  ///     to follow but the end of the command with [#INTERRUPTED]
  /// @throws IOException when there is no checkpoint to go on from, or it is of another model
  public Optional<History> fit(
      Model model,
      Function<FitOptions, History> training,
      FitOptions options,
      Path out,
      Console console)
      throws IOException {
    var place = folder == null ? out : folder;
    var file = place.resolve(NAME + ".safetensors");
    if (resume) restore(model, file, console);
    try (var interrupt =
        StopOnInterrupt.open(
            () -> console.err().println("gatun: interrupted; saving " + file + " ..."))) {
      var history =
          training.apply(
              options
                  .withCallback(ModelCheckpoint.everyEpoch(place).named(NAME).atMostEvery(PAUSE))
                  .withCallback(interrupt));
      if (!interrupt.isInterrupted()) {
        model.save(file);
        return Optional.of(history);
      }
      if (!save(model, file, console)) interrupt.exitWith(1);
      return Optional.empty();
    }
  }

  private void restore(Model model, Path file, Console console) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("there is no checkpoint " + file + "; train without --resume");
    }
    model.restore(file);
    var learner = model.learner();
    var within = learner.epochStep() == 0 ? "" : " and " + learner.epochStep() + " batches";
    console.err().printf("going on after %d epochs%s: %s%n", learner.epochs(), within, file);
  }

  private boolean save(Model model, Path file, Console console) {
    try {
      model.save(file);
    } catch (IOException e) {
      new Failures(console).report(e);
      return false;
    }
    console.err().println("gatun: checkpoint saved: " + file);
    console.err().println("gatun: go on with: " + again());
    return true;
  }

  /// The command line that goes on.
  private String again() {
    var arguments = new ArrayList<>(command.root().commandLine().getParseResult().originalArgs());
    if (!arguments.contains("--resume")) arguments.add("--resume");
    return arguments.stream()
        .map(CheckpointOptions::quoted)
        .collect(Collectors.joining(" ", "gatun ", ""));
  }

  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_./:=,+-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}

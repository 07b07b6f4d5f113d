package io.gatun.engine.example;

import io.gatun.engine.cli.CheckpointOptions;
import io.gatun.engine.cli.Console;
import io.gatun.engine.cli.DeviceOptions;
import io.gatun.engine.cli.JsonOption;
import io.gatun.engine.cli.LearningRateOption;
import io.gatun.engine.cli.TensorBoardOption;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that trains something small and says how well it went. Exits with 1 when a goal was
/// missed, unless the user chose the number of epochs. With `--find-learning-rate` it does not
/// train, but suggests a rate.
@Command
public abstract class Example implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec command;
  @Mixin private DeviceOptions devices;
  @Mixin private CheckpointOptions checkpoint;
  @Mixin private TensorBoardOption board;
  @Mixin private LearningRateOption rates;
  @Mixin private JsonOption json;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Times through the training data. Default: what the goal needs.")
  private Integer epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of data, first weights and shuffling; one seed gives one result.")
  private long seed;

  @Option(names = "--quick", description = "A short run on little data, with a lower goal.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for model and pictures; made where it is missing. Default: NAME-model.")
  private Path out;

  protected Example(Console console) {
    this.console = console;
  }

  /// Trains, and tells the figures.
  protected abstract void train(Session session, Report report) throws IOException;

  /// Refuses options that make no sense.
  protected final void check(boolean condition, String message) {
    if (!condition) throw new ParameterException(command.commandLine(), message);
  }

  @Override
  public final Integer call() throws IOException {
    check(epochs == null || epochs >= 1, "--epochs: " + epochs + " is below 1");
    devices.name();
    var folder = out == null ? Path.of(command.name() + "-model") : out;
    Files.createDirectories(folder);
    var log = json.wanted() ? console.err() : console.out();
    var report = new Report(quick, epochs == null);
    report.figure("example", command.name());
    report.figure("quick", quick);
    report.figure("seed", seed);
    report.figure("device", devices.name());
    var terminal = new Terminal(console, log);
    try (var arena = Arena.ofShared();
        var device = devices.open()) {
      long start = System.nanoTime();
      var options = new TrainingOptions(checkpoint, board, rates);
      var session =
          new Session(device, arena, folder, seed, quick, epochs, options, report, terminal);
      train(session, report);
      report.figure("seconds", (System.nanoTime() - start) * 1e-9);
    } catch (Interrupted e) {
      return CheckpointOptions.INTERRUPTED;
    } catch (RateFound found) {
      report.figure("suggested learning rate", found.suggestion());
    }
    log.print(report.text());
    if (json.wanted()) console.out().println(report.json());
    return report.failed() ? 1 : 0;
  }
}

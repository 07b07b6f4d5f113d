package io.gatun.engine.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Holds the commands that train something.
@Command(
    name = "train",
    description = "Trains a network on a known data set.",
    synopsisSubcommandLabel = "WHAT",
    footer = {
      "  gatun train mnist                        learn handwritten digits",
      "  gatun train mnist --epochs 1 --seed 7    one epoch with other first weights",
      "  gatun train mnist --help                 all options",
      ""
    })
final class Train implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(), "train what? Choose one of " + command.subcommands().keySet());
  }
}

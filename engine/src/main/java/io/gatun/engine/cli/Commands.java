package io.gatun.engine.cli;

import picocli.CommandLine;

/// The tree of commands: a new one is a class and a line here.
final class Commands {
  private Commands() {}

  static CommandLine tree(Object root, Console console) {
    return new CommandLine(root)
        .addSubcommand(new CommandLine(new Train()).addSubcommand(new TrainMnist(console)))
        .addSubcommand(new Evaluate(console))
        .addSubcommand(new Predict(console))
        .addSubcommand(new Compile(console))
        .addSubcommand(new Bench(console))
        .addSubcommand(new Doctor(console))
        .addSubcommand(new Rehearse(console));
  }
}

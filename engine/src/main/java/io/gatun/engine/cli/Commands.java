package io.gatun.engine.cli;

import io.gatun.engine.example.Examples;
import picocli.CommandLine;

/// The tree of commands: a new one is a class and a line here.
final class Commands {
  private Commands() {}

  private static CommandLine train(Console console) {
    var train = new CommandLine(new Train());
    Examples.all(console).forEach(train::addSubcommand);
    return train;
  }

  static CommandLine tree(Object root, Console console) {
    return new CommandLine(root)
        .addSubcommand(train(console))
        .addSubcommand(new Evaluate(console))
        .addSubcommand(new Predict(console))
        .addSubcommand(new Run(console))
        .addSubcommand(new Embed(console))
        .addSubcommand(new Vad(console))
        .addSubcommand(new DetectFaces(console))
        .addSubcommand(new Ocr(console))
        .addSubcommand(new Fetch(console))
        .addSubcommand(new Inspect(console))
        .addSubcommand(new Export(console))
        .addSubcommand(new Generate(console))
        .addSubcommand(new Compile(console))
        .addSubcommand(new Profile(console))
        .addSubcommand(new View(console))
        .addSubcommand(new Bench(console))
        .addSubcommand(new Doctor(console))
        .addSubcommand(new Rehearse(console))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }
}

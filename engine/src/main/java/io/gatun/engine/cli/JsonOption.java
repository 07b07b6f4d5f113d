package io.gatun.engine.cli;

import picocli.CommandLine.Option;

/// The option of commands whose result a script may read.
final class JsonOption {
  @Option(
      names = "--json",
      description = "Print the result as JSON; everything else goes to the error stream.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private boolean json;

  boolean wanted() {
    return json;
  }
}

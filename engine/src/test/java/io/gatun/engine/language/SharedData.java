package io.gatun.engine.language;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Files that lie beside the repository, in `shared/data`.
final class SharedData {
  private SharedData() {}

  /// A file, if it is there.
  static Optional<Path> file(String name) {
    return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve("shared/data").resolve(name))
        .filter(Files::isReadable)
        .findFirst();
  }
}

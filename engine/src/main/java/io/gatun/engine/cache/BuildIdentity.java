package io.gatun.engine.cache;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tells builds of Gatun apart by the files that its classes lie in, as the JVM does for its own
/// caches: path, size and time of a jar, or of all files of a folder.
public final class BuildIdentity {
  private BuildIdentity() {}

  /// A text that changes when the code of one of these classes' modules may have changed; empty
  /// where they are in no file or folder of their own, as in a jar inside of a jar.
  public static Optional<String> of(List<Class<?>> classes) {
    var text = new StringBuilder();
    try {
      for (Class<?> type : classes) {
        var source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) return Optional.empty();
        append(text, source.getLocation().toURI());
      }
      return Optional.of(text.toString());
    } catch (IOException
        | URISyntaxException
        | IllegalArgumentException
        | FileSystemNotFoundException e) {
      return Optional.empty();
    }
  }

  private static void append(StringBuilder text, URI location) throws IOException {
    // In an image that jlink made all modules are one file.
    var path =
        location.getScheme().equals("jrt")
            ? Path.of(System.getProperty("java.home"), "lib", "modules")
            : Path.of(location);
    for (Path file : files(path)) {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      text.append(file).append(' ').append(attributes.size()).append(' ');
      text.append(attributes.lastModifiedTime().toMillis()).append('\n');
    }
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) return List.of(path);
    var files = new ArrayList<Path>();
    try (var inside = Files.walk(path)) {
      inside.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    return files;
  }
}

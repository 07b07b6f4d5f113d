package io.gatun.bindings;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The folder where Gatun keeps what it can make again: unpacked natives, compiled objects, data
/// sets.
///
/// Chosen in this order: the system property `gatun.cache`, the environment variable `GATUN_CACHE`,
/// `$XDG_CACHE_HOME/gatun`, `~/.cache/gatun`. Where the choice cannot be written (a read-only home)
/// a private folder below the temp directory takes its place, and [#note()] says so.
///
/// @param root an existing, writable folder
/// @param note why the preferred folder was not taken; empty where it was
public record CacheDirectory(Path root, Optional<String> note) {

  /// The cache of the current user.
  ///
  /// @throws java.io.UncheckedIOException if even the temp directory cannot be written
  public static CacheDirectory user() {
    return User.CACHE;
  }

  /// An existing folder of the given name below the root.
  ///
  /// @throws IOException if it is absent and cannot be made
  public Path folder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  /// One choice for the life of the process, so that the warning is given once.
  private static final class User {
    static final CacheDirectory CACHE = announced(choose(System.getenv(), System::getProperty));

    private static CacheDirectory announced(CacheDirectory cache) {
      cache
          .note()
          .ifPresent(
              note -> System.getLogger("io.gatun").log(System.Logger.Level.WARNING, () -> note));
      return cache;
    }
  }

  static CacheDirectory choose(Map<String, String> environment, UnaryOperator<String> property) {
    Path wanted = preferred(environment, property);
    List<String> refusals = new ArrayList<>();
    if (writable(wanted, refusals)) {
      return new CacheDirectory(wanted, Optional.empty());
    }
    Path chosen = temporary(Path.of(property.apply("java.io.tmpdir")), property.apply("user.name"));
    return new CacheDirectory(
        chosen,
        Optional.of(
            "the cache folder cannot be written ("
                + String.join("; ", refusals)
                + "), so "
                + chosen
                + " is used; name a writable folder with GATUN_CACHE or -Dgatun.cache"));
  }

  private static Path preferred(Map<String, String> environment, UnaryOperator<String> property) {
    if (property.apply("gatun.cache") instanceof String named && !named.isBlank()) {
      return Path.of(named).toAbsolutePath();
    }
    if (environment.get("GATUN_CACHE") instanceof String named && !named.isBlank()) {
      return Path.of(named).toAbsolutePath();
    }
    if (environment.get("XDG_CACHE_HOME") instanceof String base && Path.of(base).isAbsolute()) {
      return Path.of(base, "gatun");
    }
    return Path.of(property.apply("user.home"), ".cache", "gatun").toAbsolutePath();
  }

  private static boolean writable(Path folder, List<String> refusals) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      refusals.add("cannot make " + folder + ": " + e);
      return false;
    }
    if (!Files.isWritable(folder)) {
      refusals.add(folder + " is read-only for this user");
      return false;
    }
    return true;
  }

  /// A folder of this user alone: native code is loaded from it, so a folder that somebody else
  /// made under the expected name is not trusted.
  private static Path temporary(Path temp, String user) {
    try {
      if (!Files.getFileStore(temp).supportsFileAttributeView("posix")) {
        return Files.createDirectories(temp.resolve("gatun-" + user));
      }
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Path folder = temp.resolve("gatun-" + user);
      try {
        return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
      } catch (FileAlreadyExistsException e) {
        boolean ours =
            Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName().equals(user)
                && Files.getPosixFilePermissions(folder).equals(ownerOnly)
                && Files.isWritable(folder);
        return ours ? folder : Files.createTempDirectory(temp, "gatun-");
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(
          "no folder can be written for the cache, not even below "
              + temp
              + "; name one with GATUN_CACHE or -Dgatun.cache",
          e);
    }
  }
}

package io.gatun.engine.cache;

import io.gatun.bindings.CacheDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Compiled objects on disk, by key.
///
/// An entry is a header (magic number, length, CRC-32C) and the object. It appears by an atomic
/// rename, so processes may share the folder; one that is damaged counts as absent and is deleted.
/// When the folder outgrows its bound the oldest entries go first. A folder that cannot be read or
/// written costs time, never a failure.
public final class ObjectCache {
  /// 512 MiB.
  public static final long STANDARD_BOUND = 512L << 20;

  private static final long MAGIC = 0x314a424f54414721L;
  private static final int HEADER_BYTES = 24;

  private final Path folder;
  private final long bound;

  /// A cache in an existing folder, of which it is the only user, of at most `bound` bytes.
  public ObjectCache(Path folder, long bound) {
    this.folder = folder;
    this.bound = bound;
  }

  /// The cache of compiled objects below the user's cache folder; empty where it cannot be made.
  public static Optional<ObjectCache> in(CacheDirectory cache) {
    try {
      return Optional.of(new ObjectCache(cache.folder("objects"), STANDARD_BOUND));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The object of this key, if it is there and whole.
  public Optional<byte[]> get(String key) {
    Path file = file(key);
    try {
      ByteBuffer entry = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      if (entry.remaining() > HEADER_BYTES
          && entry.getLong() == MAGIC
          && entry.getLong() == entry.capacity() - HEADER_BYTES
          && entry.getLong()
              == checksum(entry.slice(HEADER_BYTES, entry.capacity() - HEADER_BYTES))) {
        byte[] object = new byte[entry.remaining()];
        entry.get(object);
        return Optional.of(object);
      }
      remove(key);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Keeps an object under a key.
  public void put(String key, byte[] object) {
    ByteBuffer entry =
        ByteBuffer.allocate(HEADER_BYTES + object.length).order(ByteOrder.LITTLE_ENDIAN);
    entry.putLong(MAGIC).putLong(object.length).putLong(checksum(ByteBuffer.wrap(object)));
    entry.put(object);
    try {
      writeAtomically(file(key), entry.array());
      evict();
    } catch (IOException e) {
      System.getLogger("io.gatun")
          .log(System.Logger.Level.DEBUG, () -> "compiled code is not cached: " + e);
    }
  }

  /// Forgets an object.
  public void remove(String key) throws IOException {
    Files.deleteIfExists(file(key));
  }

  /// Writes a file that others see whole or not at all.
  public static void writeAtomically(Path file, byte[] content) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), "", ".part");
    try {
      Files.write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Path file(String key) {
    return folder.resolve(key + ".o");
  }

  private static long checksum(ByteBuffer bytes) {
    var sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }

  private record Entry(Path file, long size, FileTime time) {}

  /// Temporary files count too: those that a killed process left are the oldest in the end.
  private void evict() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
        } catch (NoSuchFileException e) {
          // Another process was first to evict it.
          continue;
        }
      }
    }
    long total = entries.stream().mapToLong(Entry::size).sum();
    entries.sort(Comparator.comparing(Entry::time));
    for (Entry entry : entries) {
      if (total <= bound) {
        break;
      }
      Files.deleteIfExists(entry.file());
      total -= entry.size();
    }
  }
}

package io.gatun.engine.cache;

import io.gatun.bindings.CacheDirectory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Compiled objects on disk, by key.
///
/// An entry is a header (magic number, length, CRC-32C, padding) and the object. It appears by an
/// atomic rename, so processes may share the folder; one that is damaged counts as absent and is
/// deleted. When the folder outgrows its bound the oldest entries go first. A folder that cannot be
/// read or written costs time, never a failure.
public final class ObjectCache {
  /// 512 MiB.
  public static final long STANDARD_BOUND = 512L << 20;

  private static final long MAGIC = 0x324a424f54414721L;
  private static final int HEADER_BYTES = 64;

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
    return map(key).map(object -> object.toArray(ValueLayout.JAVA_BYTE));
  }

  /// The object of this key in its mapped file, if it is there and whole; it begins at a multiple
  /// of 64 bytes.
  public Optional<MemorySegment> map(String key) {
    try (var channel = FileChannel.open(file(key))) {
      long size = Math.min(channel.size(), Integer.MAX_VALUE);
      var entry = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
      if (size > HEADER_BYTES) {
        var header = entry.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        var object = entry.asSlice(HEADER_BYTES);
        if (header.getLong() == MAGIC
            && header.getLong() == object.byteSize()
            && header.getLong() == checksum(List.of(object))) {
          return Optional.of(object);
        }
      }
      remove(key);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Keeps an object under a key.
  public void put(String key, byte[] object) {
    put(key, List.of(MemorySegment.ofArray(object)));
  }

  /// Keeps an object under a key.
  ///
  /// @param parts of the object, in order
  public void put(String key, List<MemorySegment> parts) {
    long size = parts.stream().mapToLong(MemorySegment::byteSize).sum();
    if (size > Integer.MAX_VALUE - HEADER_BYTES) return;
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(MAGIC)
        .putLong(size)
        .putLong(checksum(parts));
    var entry = new ArrayList<MemorySegment>();
    entry.add(MemorySegment.ofArray(header));
    entry.addAll(parts);
    try {
      writeAtomically(file(key), entry);
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
    writeAtomically(file, List.of(MemorySegment.ofArray(content)));
  }

  private static void writeAtomically(Path file, List<MemorySegment> parts) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), "", ".part");
    try {
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        for (var part : parts) {
          var bytes = part.asByteBuffer();
          while (bytes.hasRemaining()) channel.write(bytes);
        }
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Path file(String key) {
    return folder.resolve(key + ".o");
  }

  private static long checksum(List<MemorySegment> parts) {
    var sum = new CRC32C();
    for (var part : parts) sum.update(part.asByteBuffer());
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

package io.gatun.engine.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// Replaces a file whole or not at all: the content goes to a temporary file in the same folder, is
/// flushed to the disk, and is then renamed over the target. A crash or a full disk leaves the old
/// file as it was.
public final class AtomicFile {
  private static final long CHUNK = 1 << 30;

  private AtomicFile() {}

  /// Writes the content of a file to an empty channel.
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  /// Replaces `target` by `content`; creates missing parent folders. A symbolic link is followed.
  public static void write(Path target, Content content) throws IOException {
    Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    Path folder = file.getParent();
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      fill(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new IOException(message(target, folder, failure), failure);
    } finally {
      Files.deleteIfExists(temporary); // there only after a failure
    }
    flush(folder);
  }

  /// Replaces `target` by a text in UTF-8.
  public static void writeText(Path target, String text) throws IOException {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Replaces `target` by these bytes.
  public static void write(Path target, byte[] bytes) throws IOException {
    write(target, channel -> append(channel, ByteBuffer.wrap(bytes)));
  }

  private static void fill(Path temporary, Content content) throws IOException {
    try (var channel =
        FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      content.writeTo(channel);
      channel.force(true);
    }
  }

  private static String message(Path target, Path folder, IOException failure) throws IOException {
    String old = Files.exists(target) ? "; the old file is unchanged" : "";
    long free = Files.getFileStore(folder).getUsableSpace() >> 20;
    return "cannot write "
        + target
        + ": "
        + failure.getMessage()
        + " ("
        + free
        + " MiB free)"
        + old;
  }

  /// Makes the rename itself durable; only POSIX systems can open a folder.
  private static void flush(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Appends all bytes of a segment, whatever its size.
  static void append(FileChannel channel, MemorySegment data) throws IOException {
    for (long start = 0; start < data.byteSize(); start += CHUNK) {
      append(channel, data.asSlice(start, Math.min(CHUNK, data.byteSize() - start)).asByteBuffer());
    }
  }

  /// Appends all bytes of a buffer, in as many writes as the system wants.
  public static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) channel.write(bytes);
  }
}

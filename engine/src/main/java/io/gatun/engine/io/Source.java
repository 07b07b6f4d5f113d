package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// What is being read, for messages: a file, or an entry of one (`entry` is empty for a plain
/// file).
record Source(Path file, String entry) {
  /// Most bytes that one byte of a DEFLATE stream can stand for.
  static final long DEFLATE_RATIO = 1032;

  private static final int MAX_RANK = 64;
  private static final int BUFFER = 1 << 16;

  static Source of(Path file) {
    return new Source(file, "");
  }

  MalformedFileException malformed(long offset, String reason) {
    return new MalformedFileException(
        file, offset, entry.isEmpty() ? reason : "entry '" + entry + "': " + reason);
  }

  /// A failure that a library noticed; `where` says in which layer of the format.
  MalformedFileException broken(long offset, String where, Exception cause) {
    String reason =
        Optional.ofNullable(cause.getMessage())
            .flatMap(message -> message.lines().findFirst())
            .orElse("unexpected end");
    var report = malformed(offset, where + ": " + reason);
    report.initCause(cause);
    return report;
  }

  /// The whole file, mapped read-only.
  MemorySegment map(Arena arena) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /// The type that a header names, its bytes known to fit a long.
  TensorType type(DType dtype, List<Long> dims, long offset) throws MalformedFileException {
    if (dims.size() > MAX_RANK) {
      throw malformed(offset, "rank " + dims.size() + "; at most " + MAX_RANK + " is read");
    }
    long bytes = dtype.bytes();
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw malformed(offset, "dimension " + dim + " in shape " + dims + "; 0 to 2^31-1 is read");
      }
      long counted = Math.max(dim, 1); // a zero must not hide that the other dimensions overflow
      if (bytes > Long.MAX_VALUE / counted) {
        throw malformed(offset, "shape " + dims + " of " + dtype.text() + " overflows");
      }
      bytes *= counted;
    }
    return new TensorType(dtype, new Shape(dims.stream().map(Math::toIntExact).toList()));
  }

  /// `count` bytes of a header.
  byte[] read(InputStream in, int count, long offset, String what) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw malformed(
          offset + bytes.length,
          "truncated: " + what + " needs " + count + " bytes, " + bytes.length + " are left");
    }
    return bytes;
  }

  /// Fills a new segment of `size` bytes, already known to be plausible; the stream must end there.
  MemorySegment readAll(InputStream in, long size, long offset, Arena arena) throws IOException {
    var data = arena.allocate(size, 64);
    byte[] buffer = new byte[BUFFER];
    for (long done = 0; done < size; ) {
      int count = in.read(buffer, 0, (int) Math.min(BUFFER, size - done));
      if (count < 0) {
        throw malformed(
            offset + done, "truncated: " + (size - done) + " bytes of data are missing");
      }
      MemorySegment.copy(MemorySegment.ofArray(buffer), 0, data, done, count);
      done += count;
    }
    if (in.read() >= 0) throw malformed(offset + size, "more data than the header says");
    return data;
  }
}

package io.gatun.engine.io;

import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// npy files: one array, as `numpy.save` writes it. Reads versions 1 to 3 of the header, either
/// byte order and either axis order; writes version 1, little-endian and row-major. There is no
/// bf16.
public final class Npy {
  private Npy() {}

  /// Reads the array: mapped where it is little-endian and row-major, else copied into `arena`.
  public static Literal read(Path file, Arena arena) throws IOException {
    var source = Source.of(file);
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      var header = NpyHeader.read(in, source);
      var type = header.array().type();
      long offset = header.dataOffset();
      long left = Files.size(file) - offset;
      if (left != type.bytes()) {
        throw source.malformed(
            offset, type + " needs " + type.bytes() + " bytes of data, the file has " + left);
      }
      var raw = source.map(arena).asSlice(offset, type.bytes());
      return header.array().decode(raw, arena, source, offset);
    }
  }

  /// Writes a row-major array, atomically.
  public static void write(Path file, TensorType type, MemorySegment data) throws IOException {
    StoredArray.checkSize(type, data);
    byte[] header = NpyHeader.bytes(type);
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.append(channel, ByteBuffer.wrap(header));
          AtomicFile.append(channel, data);
        });
  }
}

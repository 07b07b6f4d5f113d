package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// IDX files, the format of the MNIST data: two zero bytes, an element type, the rank, big-endian
/// dimensions and big-endian data. A gzip-compressed file is recognised by its first bytes.
public final class Idx {
  private static final int GZIP_MAGIC = 0x1f8b;

  private Idx() {}

  /// Reads the array; `U8` and `I8` data of an uncompressed file is mapped, the rest is copied into
  /// `arena`.
  public static Literal read(Path file, Arena arena) throws IOException {
    var source = Source.of(file);
    long fileSize = Files.size(file);
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      in.mark(2);
      byte[] magic = source.read(in, 2, 0, "the magic number");
      in.reset();
      if (((magic[0] & 0xff) << 8 | magic[1] & 0xff) == GZIP_MAGIC) {
        return readGzip(in, fileSize, arena, source);
      }
      var array = header(in, source);
      int offset = headerBytes(array.type());
      if (fileSize - offset != array.type().bytes()) {
        throw source.malformed(
            offset,
            sizes(array.type()) + " follow the header, the file has " + (fileSize - offset));
      }
      var raw = source.map(arena).asSlice(offset, array.type().bytes());
      return array.decode(raw, arena, source, offset);
    }
  }

  private static Literal readGzip(InputStream file, long fileSize, Arena arena, Source source)
      throws IOException {
    try (var in = new GZIPInputStream(file, 1 << 16)) {
      var array = header(in, source);
      int offset = headerBytes(array.type());
      if (array.type().bytes() / Source.DEFLATE_RATIO > fileSize) {
        throw source.malformed(
            offset, sizes(array.type()) + " cannot come out of " + fileSize + " compressed bytes");
      }
      var raw = source.readAll(in, array.type().bytes(), offset, arena);
      return array.decode(raw, arena, source, offset);
    } catch (ZipException | EOFException broken) {
      throw source.broken(0, "gzip stream", broken);
    }
  }

  private static String sizes(TensorType type) {
    return type.bytes() + " bytes of " + type;
  }

  private static int headerBytes(TensorType type) {
    return 4 + 4 * type.shape().rank();
  }

  private static StoredArray header(InputStream in, Source source) throws IOException {
    byte[] magic = source.read(in, 4, 0, "the magic number");
    if (magic[0] != 0 || magic[1] != 0) {
      throw source.malformed(0, "not an IDX file: it must begin with two zero bytes");
    }
    DType dtype = dtype(magic[2], source);
    int rank = magic[3] & 0xff;
    var dimensions = ByteBuffer.wrap(source.read(in, 4 * rank, 4, "the list of dimensions"));
    var dims = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) dims.add(dimensions.getInt() & 0xffffffffL);
    return new StoredArray(source.type(dtype, dims, 4), ByteOrder.BIG_ENDIAN, false);
  }

  private static DType dtype(int code, Source source) throws MalformedFileException {
    return switch (code) {
      case 0x08 -> DType.U8;
      case 0x09 -> DType.I8;
      case 0x0B -> DType.I16;
      case 0x0C -> DType.I32;
      case 0x0D -> DType.F32;
      case 0x0E -> DType.F64;
      default ->
          throw source.malformed(
              2, "element type 0x%02x; IDX knows 08 09 0b 0c 0d 0e".formatted(code & 0xff));
    };
  }

  private static int code(DType dtype) {
    return switch (dtype) {
      case U8 -> 0x08;
      case I8 -> 0x09;
      case I16 -> 0x0B;
      case I32 -> 0x0C;
      case F32 -> 0x0D;
      case F64 -> 0x0E;
      case F16, BF16, I64, BOOL ->
          throw new IllegalArgumentException(
              "IDX has no element type " + dtype.text() + "; write npy or safetensors");
    };
  }

  /// Writes a row-major array, atomically.
  public static void write(Path file, TensorType type, MemorySegment data) throws IOException {
    StoredArray.checkSize(type, data);
    int rank = type.shape().rank();
    var header = ByteBuffer.allocate(headerBytes(type));
    header.putShort((short) 0).put((byte) code(type.dtype())).put((byte) rank);
    type.shape().dims().forEach(header::putInt);
    try (var arena = Arena.ofConfined()) {
      var raw = new StoredArray(type, ByteOrder.BIG_ENDIAN, false).encode(data, arena);
      AtomicFile.write(
          file,
          channel -> {
            AtomicFile.append(channel, header.flip());
            AtomicFile.append(channel, raw);
          });
    }
  }
}

package io.gatun.engine.io;

import io.gatun.graph.tensor.Literal;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// npz files: named arrays, a zip archive of npy entries as `numpy.savez` and
/// `numpy.savez_compressed` write it. Names are answered sorted, without the `.npy`.
public final class Npz {
  private static final String SUFFIX = ".npy";
  private static final int BUFFER = 1 << 16;
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /// Reads all arrays into `arena`. Checksums are verified; the sizes that headers claim are
  /// checked against what the compressed bytes can hold before anything is allocated.
  public static SortedMap<String, Literal> read(Path file, Arena arena) throws IOException {
    var arrays = new TreeMap<String, Literal>();
    long fileSize = Files.size(file);
    long packed = 0;
    try (var zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = name(entry, file);
        packed += entry.getCompressedSize();
        if (packed > fileSize) {
          throw new MalformedFileException(file, 0, "entry '" + name + "': entries overlap");
        }
        if (arrays.put(name, read(zip, entry, new Source(file, name), arena)) != null) {
          throw new MalformedFileException(file, 0, "two entries are named '" + name + "'");
        }
      }
    } catch (ZipException | EOFException | IllegalArgumentException broken) {
      throw Source.of(file).broken(0, "zip file", broken);
    }
    return arrays;
  }

  private static String name(ZipEntry entry, Path file) throws MalformedFileException {
    String name = entry.getName();
    boolean escapes = name.startsWith("/") || name.contains("\\") || name.contains("..");
    if (escapes || !name.endsWith(SUFFIX)) {
      throw new MalformedFileException(
          file, 0, "entry '" + name + "': wanted the name of an array and " + SUFFIX);
    }
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private static Literal read(ZipFile zip, ZipEntry entry, Source source, Arena arena)
      throws IOException {
    var checksum = new CRC32();
    try (var in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      var header = NpyHeader.read(in, source);
      var type = header.array().type();
      long offset = header.dataOffset();
      if (entry.getSize() - offset != type.bytes()) {
        throw source.malformed(
            offset,
            type
                + " needs "
                + type.bytes()
                + " bytes, the entry has "
                + (entry.getSize() - offset));
      }
      long ratio = entry.getMethod() == ZipEntry.STORED ? 1 : Source.DEFLATE_RATIO;
      if (type.bytes() / ratio > entry.getCompressedSize()) {
        throw source.malformed(
            offset,
            type + " cannot come out of " + entry.getCompressedSize() + " compressed bytes");
      }
      var raw = source.readAll(in, type.bytes(), offset, arena);
      if (checksum.getValue() != entry.getCrc()) {
        throw source.malformed(offset, "the checksum of the zip file does not match the data");
      }
      return header.array().decode(raw, arena, source, offset);
    }
  }

  /// Writes the arrays uncompressed, atomically.
  public static void write(Path file, SortedMap<String, Literal> arrays) throws IOException {
    write(file, arrays, ZipEntry.STORED);
  }

  /// Writes the arrays deflated, atomically.
  public static void writeCompressed(Path file, SortedMap<String, Literal> arrays)
      throws IOException {
    write(file, arrays, ZipEntry.DEFLATED);
  }

  private static void write(Path file, SortedMap<String, Literal> arrays, int method)
      throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          var zip = new ZipOutputStream(Channels.newOutputStream(channel));
          for (var array : arrays.entrySet()) append(zip, array.getKey(), array.getValue(), method);
          zip.finish();
        });
  }

  private static void append(ZipOutputStream zip, String name, Literal array, int method)
      throws IOException {
    byte[] header = NpyHeader.bytes(array.type());
    var entry = new ZipEntry(name + SUFFIX);
    entry.setTimeLocal(EPOCH);
    entry.setMethod(method);
    if (method == ZipEntry.STORED) {
      long size = header.length + array.type().bytes();
      entry.setSize(size);
      entry.setCompressedSize(size);
      entry.setCrc(checksum(header, array.data()));
    }
    zip.putNextEntry(entry);
    zip.write(header);
    copy(array.data(), zip);
    zip.closeEntry();
  }

  private static long checksum(byte[] header, MemorySegment data) {
    var checksum = new CRC32();
    checksum.update(header);
    for (long at = 0; at < data.byteSize(); at += BUFFER) checksum.update(chunk(data, at));
    return checksum.getValue();
  }

  private static void copy(MemorySegment data, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (long at = 0; at < data.byteSize(); at += BUFFER) {
      var chunk = chunk(data, at);
      int count = chunk.remaining();
      chunk.get(buffer, 0, count);
      out.write(buffer, 0, count);
    }
  }

  private static ByteBuffer chunk(MemorySegment data, long at) {
    return data.asSlice(at, Math.min(BUFFER, data.byteSize() - at)).asByteBuffer();
  }
}

package io.gatun.engine.tensorboard;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A file of records in TensorFlow's framing, little-endian:
///
/// ```
/// u64 length, u32 masked CRC-32C of the 8 bytes before, data, u32 masked CRC-32C of the data
/// ```
///
/// A record is written by one call and not held back, so that a reader sees it at once, and a
/// process that is killed leaves whole records but for the last.
final class RecordFile implements AutoCloseable {
  private static final int MASK = 0xa282ead8;

  private final Path path;
  private final FileChannel channel;

  /// A new file in a folder, which is made where it is missing.
  ///
  /// @param name of the file; a number is added
  /// @throws EngineException when that is not possible, also of the other methods
  static RecordFile create(Path folder, String name) {
    try {
      Files.createDirectories(folder);
      for (int number = 0; ; number++) {
        var path = folder.resolve(name + "." + number);
        try {
          return new RecordFile(
              path,
              FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
        } catch (FileAlreadyExistsException _) {
          continue; // another run of the same second
        }
      }
    } catch (IOException e) {
      throw new EngineException(
          "no event file can be written to the folder " + folder + ": " + e, e);
    }
  }

  private RecordFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  Path path() {
    return path;
  }

  void add(byte[] data) {
    var record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, 8));
    record.put(data);
    record.putInt(maskedCrc(record.array(), 12, data.length));
    record.flip();
    try {
      AtomicFile.append(channel, record);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// A checksum that stays one when it is itself part of checked data.
  static int maskedCrc(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private EngineException failure(IOException e) {
    return new EngineException("the event file " + path + " cannot be written: " + e, e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }
}

package io.gatun.engine.data.text;

import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Texts to learn from and small text files, in UTF-8: nothing is replaced when one is read.
public final class TextFile {
  /// The largest file that is read, in bytes.
  public static final long LARGEST = 512L << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextFile() {}

  /// The text of a UTF-8 file without its byte order mark, every line ended by `\n`.
  ///
  /// @throws MalformedFileException if the file is empty or not UTF-8, naming the first wrong byte
  /// @throws IOException if it cannot be read or is larger than [#LARGEST]
  public static String read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > LARGEST) {
      throw new IOException(
          "%s has %,d bytes; at most %,d are read: cut it, for instance with head -c"
              .formatted(file, bytes, LARGEST));
    }
    return decode(file, Files.readAllBytes(file));
  }

  /// As [#read], of bytes already read.
  ///
  /// @param file for messages
  public static String decode(Path file, byte[] bytes) throws MalformedFileException {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new MalformedFileException(
          file,
          in.position(),
          "byte 0x%02x is not UTF-8; convert the file, for instance with iconv -f WINDOWS-1252 -t UTF-8"
              .formatted(bytes[in.position()]));
    }
    String text = out.flip().toString();
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) text = text.substring(1);
    if (text.isBlank()) throw new MalformedFileException(file, 0, "there is no text in it");
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }
}

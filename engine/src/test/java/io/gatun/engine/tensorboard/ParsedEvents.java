package io.gatun.engine.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The events of a file, parsed from the description of the format; ends where a record is cut off.
final class ParsedEvents {
  private ParsedEvents() {}

  static List<ParsedMessage> of(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var events = new ArrayList<ParsedMessage>();
    while (buffer.remaining() >= 12) {
      int start = buffer.position();
      long length = buffer.getLong();
      check(buffer.getInt(), bytes, start, 8);
      if (buffer.remaining() < length + 4) break;
      byte[] data = new byte[(int) length];
      buffer.get(data);
      check(buffer.getInt(), bytes, start + 12, (int) length);
      events.add(ParsedMessage.of(data));
    }
    return events;
  }

  private static void check(int masked, byte[] bytes, int from, int length) {
    int crc = Integer.rotateLeft(masked - 0xa282ead8, 15);
    if (crc != crc32c(bytes, from, length)) {
      throw new IllegalArgumentException("checksum at byte " + from);
    }
  }

  /// CRC-32C bit by bit (RFC 3720, appendix B.4): reflected polynomial 0x82f63b78.
  private static int crc32c(byte[] bytes, int from, int length) {
    int crc = -1;
    for (int i = from; i < from + length; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ ((crc & 1) == 1 ? 0x82f63b78 : 0);
    }
    return ~crc;
  }
}

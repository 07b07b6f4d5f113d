package io.gatun.engine.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// The structure of PNG files (ISO/IEC 15948): chunks of length, type, data and checksum. Only the
/// header, the palette and the pixels are kept; transparency is not.
final class PngFile {
  static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int HEADER = 13;
  private static final int AROUND = 12;

  private PngFile() {}

  static EncodedImage parse(Source source, byte[] file) throws MalformedFileException {
    var in = ByteBuffer.wrap(file).position(8);
    var kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, 8);
    if (in.remaining() < AROUND + HEADER || !type(in).equals("IHDR") || in.getInt(8) != HEADER) {
      throw source.malformed(8, "no PNG header");
    }
    int width = in.getInt(16);
    int height = in.getInt(20);
    while (true) {
      int start = in.position();
      if (in.remaining() < AROUND) throw source.malformed(file.length, "truncated: no IEND chunk");
      int length = in.getInt(start);
      var type = type(in);
      if (length < 0 || length > in.remaining() - AROUND) {
        throw source.malformed(
            start,
            "truncated: chunk %s of %d bytes, %d are left"
                .formatted(type, length & 0xffffffffL, in.remaining() - AROUND));
      }
      in.position(start + AROUND + length);
      boolean needed =
          switch (type) {
            case "IHDR", "PLTE", "IDAT", "IEND" -> true;
            default -> false;
          };
      if (needed) {
        checkSum(source, file, start, length, type);
        kept.write(file, start, AROUND + length);
      }
      if (type.equals("IEND")) {
        return new EncodedImage("png", width, height, kept.toByteArray(), Orientation.UPRIGHT);
      }
    }
  }

  /// Type of the chunk at the position, also of one made of strange bytes.
  private static String type(ByteBuffer in) {
    byte[] type = new byte[4];
    in.get(in.position() + 4, type);
    return new String(type, StandardCharsets.ISO_8859_1);
  }

  private static void checkSum(Source source, byte[] file, int start, int length, String type)
      throws MalformedFileException {
    var sum = new CRC32();
    sum.update(file, start + 4, length + 4);
    int stored = ByteBuffer.wrap(file).getInt(start + 8 + length);
    if ((int) sum.getValue() != stored) {
      throw source.malformed(start, "damaged: the checksum of chunk " + type + " does not fit");
    }
  }
}

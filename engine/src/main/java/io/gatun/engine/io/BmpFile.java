package io.gatun.engine.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The structure of Windows bitmap files: a header, a palette, and lines of pixels.
final class BmpFile {
  private static final int LEAST = 26;
  private static final int CORE = 12;
  private static final int INFO = 40;
  private static final int VERSION_4 = 108;
  private static final int COLOUR_SPACE = 70;
  private static final int SRGB = 0x73524742;
  private static final int UNCOMPRESSED = 0;
  private static final int MASKED = 3;

  private BmpFile() {}

  static EncodedImage parse(Source source, byte[] file) throws MalformedFileException {
    var in = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < LEAST) throw source.malformed(file.length, "truncated");
    long pixels = in.getInt(10) & 0xffffffffL;
    int header = in.getInt(14);
    if (header != CORE && header < INFO || header > file.length - 14) {
      throw source.malformed(14, "a header of " + header + " bytes");
    }
    boolean core = header == CORE;
    int width = core ? in.getShort(18) : in.getInt(18);
    int height = core ? in.getShort(20) : in.getInt(22);
    int bits = in.getShort(core ? 24 : 28);
    int coding = core ? UNCOMPRESSED : in.getInt(30);
    if (coding < 0 || coding > MASKED) {
      throw source.malformed(30, "coding " + coding + " is not read; convert it to PNG");
    }
    height = Math.abs(height);
    if (width < 0 || height < 0) throw source.malformed(18, "a size below 0");
    if (coding == UNCOMPRESSED || coding == MASKED) {
      long line = ((long) width * bits + 31) / 32 * 4;
      if (line > 0 && (file.length - pixels) / line < height) {
        throw source.malformed(file.length, "truncated: lines of pixels are missing");
      }
    }
    // The profiles of later versions may lie in other files.
    if (header >= VERSION_4) in.putInt(COLOUR_SPACE, SRGB);
    return new EncodedImage("bmp", width, height, in.array(), Orientation.UPRIGHT);
  }
}

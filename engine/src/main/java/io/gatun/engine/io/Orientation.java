package io.gatun.engine.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// How the lines and columns of a stored image lie when it is upright, as cameras note it (EXIF
/// 2.3, tag 0x0112); in the order of the tag's values 1 to 8.
enum Orientation {
  UPRIGHT,
  MIRRORED,
  UPSIDE_DOWN,
  FLIPPED,
  TRANSPOSED,
  TURN_RIGHT,
  TRANSVERSED,
  TURN_LEFT;

  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY = 12;

  /// The orientation that a JPEG file's APP1 segment names; upright where it names none. A
  /// directory that is out of order is no reason to refuse the image.
  static Orientation ofExif(ByteBuffer segment) {
    if (segment.remaining() < EXIF.length + 8
        || !segment.slice(segment.position(), EXIF.length).equals(ByteBuffer.wrap(EXIF))) {
      return UPRIGHT;
    }
    int start = segment.position() + EXIF.length;
    var tiff = segment.slice(start, segment.limit() - start);
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xffffffffL;
    if (directory + 2 > tiff.limit()) return UPRIGHT;
    int count = tiff.getShort((int) directory) & 0xffff;
    for (int i = 0; i < count; i++) {
      long entry = directory + 2 + (long) i * ENTRY;
      if (entry + ENTRY > tiff.limit()) return UPRIGHT;
      int at = (int) entry;
      int value = tiff.getShort(at + 8) - 1;
      boolean found = tiff.getShort(at) == TAG && tiff.getShort(at + 2) == SHORT;
      if (found) return value >= 0 && value < values().length ? values()[value] : UPRIGHT;
    }
    return UPRIGHT;
  }

  /// Whether width and height change places.
  boolean isSideways() {
    return compareTo(TRANSPOSED) >= 0;
  }

  /// Place of the stored pixel (0, 0) in the upright image, counted in pixels.
  int origin(int width, int height) {
    return switch (this) {
      case UPRIGHT, TRANSPOSED -> 0;
      case MIRRORED -> width - 1;
      case UPSIDE_DOWN, TRANSVERSED -> width * height - 1;
      case FLIPPED, TURN_LEFT -> width * height - (this == FLIPPED ? width : height);
      case TURN_RIGHT -> height - 1;
    };
  }

  /// From a stored pixel to its right neighbour, in places of the upright image.
  int columnStep(int height) {
    return switch (this) {
      case UPRIGHT, FLIPPED -> 1;
      case MIRRORED, UPSIDE_DOWN -> -1;
      case TRANSPOSED, TURN_RIGHT -> height;
      case TRANSVERSED, TURN_LEFT -> -height;
    };
  }

  /// From a stored pixel to the one below, in places of the upright image.
  int lineStep(int width) {
    return switch (this) {
      case UPRIGHT, MIRRORED -> width;
      case UPSIDE_DOWN, FLIPPED -> -width;
      case TRANSPOSED, TURN_LEFT -> 1;
      case TURN_RIGHT, TRANSVERSED -> -1;
    };
  }
}

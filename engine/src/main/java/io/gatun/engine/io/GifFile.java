package io.gatun.engine.io;

import java.io.ByteArrayOutputStream;

/// The structure of GIF files (GIF89a): the first image is kept, with its palette.
final class GifFile {
  private static final int SCREEN = 13;
  private static final int DESCRIPTOR = 10;
  private static final int PALETTE_FLAG = 0x80;

  private final Source source;
  private final byte[] file;
  private int at = SCREEN;

  private GifFile(Source source, byte[] file) {
    this.source = source;
    this.file = file;
  }

  static EncodedImage parse(Source source, byte[] file) throws MalformedFileException {
    return new GifFile(source, file).parse();
  }

  private EncodedImage parse() throws MalformedFileException {
    need(0);
    at += palette(file[10]);
    need(0);
    int head = at;
    while (true) {
      need(1);
      switch (file[at]) {
        case '!' -> {
          need(2);
          at += 2;
          skipBlocks();
        }
        case ',' -> {
          return image(head);
        }
        case ';' -> throw source.malformed(at, "no image before the end");
        default -> throw source.malformed(at, "damaged: no block begins here");
      }
    }
  }

  private EncodedImage image(int head) throws MalformedFileException {
    int start = at;
    need(DESCRIPTOR);
    int width = number(at + 5);
    int height = number(at + 7);
    at += DESCRIPTOR + palette(file[at + 9]) + 1;
    need(0);
    skipBlocks();
    var kept = new ByteArrayOutputStream(head + at - start + 1);
    kept.write(file, 0, head);
    kept.write(file, start, at - start);
    kept.write(';');
    return new EncodedImage("gif", width, height, kept.toByteArray(), Orientation.UPRIGHT);
  }

  private int number(int index) {
    return file[index] & 0xff | (file[index + 1] & 0xff) << 8;
  }

  /// Bytes of the palette that `flags` announce.
  private static int palette(byte flags) {
    return (flags & PALETTE_FLAG) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  private void need(int bytes) throws MalformedFileException {
    if (bytes > file.length - at) throw source.malformed(file.length, "truncated");
  }

  /// Skips blocks of up to 255 bytes and the empty one after them.
  private void skipBlocks() throws MalformedFileException {
    int size;
    do {
      need(1);
      size = file[at] & 0xff;
      need(1 + size);
      at += 1 + size;
    } while (size > 0);
  }
}

package io.gatun.engine.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The structure of JPEG files (ITU-T T.81): marker segments, each with its length, and scans of
/// coded data. Tables, frame and scans are kept, with the segments that say how colours are coded.
final class JpegFile {
  private static final int MOST_SCANS = 100;
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int DHT = 0xC4;
  private static final int DQT = 0xDB;
  private static final int DRI = 0xDD;
  private static final int APP0 = 0xE0;
  private static final int EXIF = 0xE1;
  private static final int ADOBE = 0xEE;

  private final Source source;
  private final byte[] file;
  private final ByteArrayOutputStream kept;
  private Orientation orientation = Orientation.UPRIGHT;
  private int at = 2;
  private int width;
  private int height;
  private int scans;

  private JpegFile(Source source, byte[] file) {
    this.source = source;
    this.file = file;
    kept = new ByteArrayOutputStream(file.length);
  }

  static EncodedImage parse(Source source, byte[] file) throws MalformedFileException {
    return new JpegFile(source, file).parse();
  }

  private EncodedImage parse() throws MalformedFileException {
    kept.write(file, 0, 2);
    for (int marker = marker(); marker != EOI; marker = marker()) segment(marker);
    if (scans == 0) throw source.malformed(at, "no image before the end marker");
    kept.write(0xff);
    kept.write(EOI);
    return new EncodedImage("jpeg", width, height, kept.toByteArray(), orientation);
  }

  /// Reads a marker: bytes 0xff, then its code.
  private int marker() throws MalformedFileException {
    int start = at;
    need(2, "a marker");
    if (file[at] != (byte) 0xff) throw source.malformed(at, "damaged: no marker here");
    while (at < file.length && file[at] == (byte) 0xff) at++;
    need(1, "a marker");
    int marker = file[at++] & 0xff;
    if (marker < 0xC0 || marker >= 0xD0 && marker <= SOI) {
      throw source.malformed(start, "damaged: marker 0x%02x here".formatted(marker));
    }
    return marker;
  }

  private void need(int bytes, String what) throws MalformedFileException {
    if (bytes > file.length - at) {
      throw source.malformed(file.length, "truncated: " + what + " is missing");
    }
  }

  /// Reads the segment that belongs to a marker.
  private void segment(int marker) throws MalformedFileException {
    need(2, "the length of a segment");
    int length = (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
    if (length < 2) throw source.malformed(at, "damaged: a segment of " + length + " bytes");
    need(length, "the rest of a segment");
    var content = ByteBuffer.wrap(file, at + 2, length - 2).slice();
    switch (marker) {
      case DHT, DQT, DRI, ADOBE -> keep(marker, length);
      case APP0 -> {
        boolean jfif = content.limit() >= 5 && content.slice(0, 5).equals(ByteBuffer.wrap(JFIF));
        if (jfif) keep(marker, length);
      }
      case EXIF -> {
        var found = Orientation.ofExif(content);
        if (found != Orientation.UPRIGHT) orientation = found;
      }
      case 0xC0, 0xC1, 0xC2 -> {
        frame(content);
        keep(marker, length);
      }
      case 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF ->
          throw source.malformed(
              at, "lossless, hierarchical or arithmetic coding is not read; convert it to PNG");
      case SOS -> {
        if (width == 0) throw source.malformed(at, "damaged: a scan before the frame");
        if (++scans > MOST_SCANS) {
          throw source.malformed(at, "more than " + MOST_SCANS + " scans");
        }
        int start = at;
        at += length;
        skipScan();
        keep(marker, start, at);
        return;
      }
      default -> {} // comments, previews, colour profiles
    }
    at += length;
  }

  private void keep(int marker, int length) {
    keep(marker, at, at + length);
  }

  private void keep(int marker, int from, int to) {
    kept.write(0xff);
    kept.write(marker);
    kept.write(file, from, to - from);
  }

  private void frame(ByteBuffer content) throws MalformedFileException {
    if (width != 0) throw source.malformed(at, "damaged: a second frame");
    if (content.limit() < 6) throw source.malformed(at, "damaged: a frame without sizes");
    int precision = content.get(0);
    int channels = content.get(5) & 0xff;
    height = content.getShort(1) & 0xffff;
    width = content.getShort(3) & 0xffff;
    if (width == 0 || height == 0) {
      throw source.malformed(at, "an image of " + width + " x " + height + " pixels");
    }
    if (precision != 8 || channels != 1 && channels != 3) {
      throw source.malformed(
          at,
          "%d bits in %d channels (CMYK has 4); grey and colour images of 8 bits are read: convert it to RGB"
              .formatted(precision, channels));
    }
  }

  /// Goes on to the marker after coded data, in which 0xff is followed by 0 or a restart marker.
  private void skipScan() throws MalformedFileException {
    for (; at < file.length - 1; at++) {
      int next = file[at + 1] & 0xff;
      boolean coded = next == 0 || next == 0xff || next >= 0xD0 && next < SOI;
      if (file[at] == (byte) 0xff && !coded) return;
    }
    throw source.malformed(file.length, "truncated: the end marker is missing");
  }
}

package io.gatun.engine.io;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Reads PNG, JPEG, GIF (its first image) and BMP files that may come from anywhere. The format is
/// told by the first bytes, not by the name. The structure is checked before anything is decoded,
/// and only what makes the pixels reaches the platform's decoders. Photographs are set upright by
/// their EXIF orientation; transparency and colour profiles are left out; 16 bits become 8.
///
/// Images read by several threads at a time together stay below the limit of one, so that the
/// memory for decoding is bounded: about 9 bytes for each pixel of the limit.
public final class ImageDecoder {
  /// A limit that the images of common cameras keep.
  public static final long USUAL_MOST_PIXELS = 40_000_000;

  private static final int BYTES_PER_PIXEL = 8;
  private static final int HEADERS = 1 << 20;
  private static final int LARGEST_LIMIT = (Integer.MAX_VALUE - HEADERS) / BYTES_PER_PIXEL - 1;

  private final boolean grey;
  private final int mostPixels;
  private final Semaphore pixels;

  /// @param grey whether colours become grey: `0.299 R + 0.587 G + 0.114 B`; else grey becomes
  ///     colour
  /// @param mostPixels larger images are refused before memory is taken for them
  public ImageDecoder(boolean grey, long mostPixels) {
    if (mostPixels < 1 || mostPixels > LARGEST_LIMIT) {
      throw new IllegalArgumentException(
          "most pixels " + mostPixels + "; 1 to " + LARGEST_LIMIT + " are allowed");
    }
    this.grey = grey;
    this.mostPixels = (int) mostPixels;
    pixels = new Semaphore(this.mostPixels, true);
  }

  /// The pixels of an image.
  ///
  /// @throws IOException naming the file, when it cannot be read, is no such image, is truncated or
  ///     damaged as far as its format shows, or too large
  public Pixels read(Path file) throws IOException {
    var source = Source.of(file);
    var encoded = parse(source, bytes(source));
    checkSize(source, encoded);
    int size = encoded.width() * encoded.height();
    pixels.acquireUninterruptibly(size);
    try {
      return pixels(file, decode(file, encoded), encoded.orientation());
    } finally {
      pixels.release(size);
    }
  }

  private byte[] bytes(Source source) throws IOException {
    var file = source.file();
    if (!Files.isRegularFile(file)) throw new IOException(file + ": not a regular file");
    int most = mostPixels * BYTES_PER_PIXEL + HEADERS;
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw source.malformed(
            most, "more bytes than an image of " + mostPixels + " pixels can need");
      }
      return bytes;
    }
  }

  private static EncodedImage parse(Source source, byte[] file) throws MalformedFileException {
    if (file.length < 8) throw source.malformed(file.length, "truncated: no image header");
    var in = ByteBuffer.wrap(file);
    if (in.getLong(0) == PngFile.SIGNATURE) return PngFile.parse(source, file);
    int first = in.getInt(0);
    if (first >>> 8 == 0xFFD8FF) return JpegFile.parse(source, file);
    if (first == 0x47494638) return GifFile.parse(source, file);
    if (first >>> 16 == 0x424D) return BmpFile.parse(source, file);
    throw source.malformed(
        0,
        "begins with %s, which is none of PNG, JPEG, GIF and BMP; convert it to PNG"
            .formatted(HexFormat.ofDelimiter(" ").formatHex(file, 0, 8)));
  }

  private void checkSize(Source source, EncodedImage image) throws MalformedFileException {
    long pixels = (long) image.width() * image.height();
    if (image.width() < 1 || image.height() < 1 || pixels > mostPixels) {
      throw source.malformed(
          0,
          "%d x %d pixels; 1 to %d pixels are read: raise the limit or shrink the image"
              .formatted(image.width(), image.height(), mostPixels));
    }
  }

  /// Decoders fail in many ways on damaged data.
  private static IOException undecodable(Path file, Exception failure) {
    var reason = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    return new IOException(file + ": damaged: " + reason.lines().findFirst().orElse(""), failure);
  }

  private static BufferedImage decode(Path file, EncodedImage encoded) throws IOException {
    var warnings = new ArrayList<String>();
    BufferedImage image;
    try {
      image = decode(reader(encoded.format()), encoded.bytes(), warnings);
    } catch (IOException | RuntimeException failure) {
      throw undecodable(file, failure);
    }
    var damage = warnings.stream().filter(ImageDecoder::isDamage).findFirst();
    if (damage.isPresent()) throw new IOException(file + ": damaged: " + damage.get());
    if (image.getWidth() != encoded.width() || image.getHeight() != encoded.height()) {
      throw new IOException(file + ": damaged: its parts differ in size");
    }
    return image;
  }

  /// Only the platform's own decoders are used, whatever else is on the class path.
  private static ImageReader reader(String format) throws IOException {
    var readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      var reader = readers.next();
      if (reader.getClass().getModule() == ImageReader.class.getModule()) return reader;
      reader.dispose();
    }
    throw new IOException("this Java has no decoder for " + format);
  }

  private static BufferedImage decode(ImageReader reader, byte[] file, List<String> warnings)
      throws IOException {
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.addIIOReadWarningListener(
          (_, warning) -> {
            if (warnings.size() < 10) warnings.add(warning);
          });
      reader.setInput(in, true, true);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  /// The JPEG decoder goes on where data is missing or senseless, and says so. That bytes are left
  /// over harms nothing.
  private static boolean isDamage(String warning) {
    return warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous");
  }

  private Pixels pixels(Path file, BufferedImage image, Orientation orientation)
      throws IOException {
    int width = image.getWidth();
    int height = image.getHeight();
    int channels = grey ? 1 : 3;
    byte[] values = new byte[Math.multiplyExact(width * height, channels)];
    try {
      var colours = new Colours(image);
      int origin = orientation.origin(width, height);
      for (int y = 0; y < height; y++) {
        int place = origin + y * orientation.lineStep(width);
        colours.line(y, values, place, orientation.columnStep(height), grey);
      }
    } catch (RuntimeException failure) {
      throw undecodable(file, failure);
    }
    return orientation.isSideways()
        ? new Pixels(width, height, channels, values)
        : new Pixels(height, width, channels, values);
  }
}

package io.gatun.graph.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// A picture in memory: PNG, JPEG, BMP, GIF and TIFF as the platform reads them, and binary PGM and
/// PPM. Transparency and colour profiles are left out; 16 bits become 8.
///
/// @param rgb `0xRRGGBB` by row and column
record Picture(int height, int width, int[] rgb) {
  /// The channel of [#sample] that is brightness.
  static final int GREY = 3;

  /// No picture.
  static final Picture NONE = new Picture(0, 0, new int[0]);

  /// Larger pictures are refused before memory is taken for them.
  static final long MOST_PIXELS = 40_000_000;

  /// Red, green or blue, numbered from 0, or brightness in 16 bits of fixed point (ITU-R BT.601).
  int sample(int pixel, int channel) {
    int red = rgb[pixel] >> 16 & 255;
    int green = rgb[pixel] >> 8 & 255;
    int blue = rgb[pixel] & 255;
    return switch (channel) {
      case 0 -> red;
      case 1 -> green;
      case 2 -> blue;
      default -> 19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16;
    };
  }

  /// The picture in a file's bytes.
  ///
  /// @throws IOException when the bytes are no picture or damaged
  /// @throws OnnxException when it is too large
  static Picture decode(byte[] file) throws IOException {
    if (file.length > 2 && file[0] == 'P' && (file[1] == '5' || file[1] == '6')) return pnm(file);
    var head = new String(file, 0, Math.min(file.length, 12), ISO_8859_1);
    OnnxException.check(
        !head.startsWith("RIFF") && !head.startsWith("jP", 4),
        "pictures in WebP and JPEG 2000 are not decoded; convert them to PNG");
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      var readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) throw new IOException("no known format");
      var reader = readers.next();
      try {
        reader.setInput(in, true, true);
        checkSize(reader.getWidth(0), reader.getHeight(0));
        return of(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (OnnxException tooLarge) {
      throw tooLarge;
    } catch (RuntimeException damaged) {
      throw new IOException(damaged);
    }
  }

  private static void checkSize(long width, long height) {
    OnnxException.check(
        width * height <= MOST_PIXELS,
        "the picture has %d x %d pixels; at most %d are decoded: shrink it",
        width,
        height,
        MOST_PIXELS);
  }

  private static Picture of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    checkSize(width, height);
    var rgb = new int[width * height];
    if (image.getColorModel() instanceof IndexColorModel) {
      image.getRGB(0, 0, width, height, rgb, 0, width);
      return new Picture(height, width, rgb);
    }
    // Samples as they are stored: getRGB would take greys to be linear.
    var raster = image.getRaster();
    boolean isGrey = raster.getNumBands() < 3;
    for (int i = 0; i < rgb.length; i++) {
      int red = sample(raster, i, 0);
      int green = isGrey ? red : sample(raster, i, 1);
      int blue = isGrey ? red : sample(raster, i, 2);
      rgb[i] = red << 16 | green << 8 | blue;
    }
    return new Picture(height, width, rgb);
  }

  private static int sample(Raster raster, int pixel, int band) {
    int value = raster.getSample(pixel % raster.getWidth(), pixel / raster.getWidth(), band);
    int bits = raster.getSampleModel().getSampleSize(band);
    return bits == 8 ? value : bits > 8 ? value >> bits - 8 : value * 255 / ((1 << bits) - 1);
  }

  /// A grey map or a pixel map of 8 bits: `P6 width height 255`, one blank, then the samples.
  private static Picture pnm(byte[] file) throws IOException {
    var numbers = new int[3];
    int at = 2;
    for (int i = 0; i < 3; i++) {
      while (at < file.length && isBlank(file[at])) at = afterBlank(file, at);
      int from = at;
      while (at < file.length && at - from < 9 && Character.isDigit(file[at])) at++;
      if (at == from) throw new IOException("no number in the header");
      numbers[i] = Integer.parseInt(new String(file, from, at - from, ISO_8859_1));
    }
    at++;
    int bands = file[1] == '6' ? 3 : 1;
    checkSize(numbers[0], numbers[1]);
    long size = (long) numbers[0] * numbers[1] * bands;
    if (numbers[2] != 255 || file.length - at < size) throw new IOException("truncated");
    var rgb = new int[numbers[0] * numbers[1]];
    for (int i = 0; i < rgb.length; i++) {
      int first = at + bands * i;
      int red = file[first] & 255;
      int green = bands == 1 ? red : file[first + 1] & 255;
      int blue = bands == 1 ? red : file[first + 2] & 255;
      rgb[i] = red << 16 | green << 8 | blue;
    }
    return new Picture(numbers[1], numbers[0], rgb);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == '#';
  }

  /// Comments go to the end of their line.
  private static int afterBlank(byte[] file, int at) {
    if (file[at] != '#') return at + 1;
    int end = at;
    while (end < file.length && file[end] != '\n') end++;
    return end;
  }
}

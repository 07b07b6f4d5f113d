package io.gatun.engine.io;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/// The colours of a decoded image as they are stored: unlike `BufferedImage.getRGB`, which changes
/// the brightness of grey images to that of a linear scale.
final class Colours {
  private final Raster raster;
  private final int width;
  private final int bands;
  private final int[] samples;
  private final int[] palette;
  private final int[] bits;

  Colours(BufferedImage image) {
    raster = image.getRaster();
    width = image.getWidth();
    bands = raster.getNumBands();
    samples = new int[width * bands];
    bits = raster.getSampleModel().getSampleSize();
    palette = new int[image.getColorModel() instanceof IndexColorModel m ? m.getMapSize() : 0];
    if (image.getColorModel() instanceof IndexColorModel model) model.getRGBs(palette);
  }

  /// Writes line `y` to `values`, pixel `x` at place `place + x * step`.
  void line(int y, byte[] values, int place, int step, boolean grey) {
    raster.getPixels(0, y, width, 1, samples);
    for (int x = 0, at = place; x < width; x++, at += step) {
      int colour = colour(x * bands);
      if (grey) {
        values[at] = (byte) luma(colour);
      } else {
        values[3 * at] = (byte) (colour >> 16);
        values[3 * at + 1] = (byte) (colour >> 8);
        values[3 * at + 2] = (byte) colour;
      }
    }
  }

  /// Red, green and blue of the pixel whose samples begin at `at`.
  private int colour(int at) {
    if (palette.length > 0) return palette[samples[at]];
    if (bands < 3) return eightBits(at, 0) * 0x010101;
    return eightBits(at, 0) << 16 | eightBits(at, 1) << 8 | eightBits(at, 2);
  }

  private int eightBits(int at, int band) {
    int sample = samples[at + band];
    int size = bits[band];
    if (size == 8) return sample;
    return size > 8 ? sample >> size - 8 : sample * 255 / ((1 << size) - 1);
  }

  /// ITU-R 601 luma, rounded as most image libraries do.
  private static int luma(int colour) {
    int red = colour >> 16 & 255;
    int green = colour >> 8 & 255;
    int blue = colour & 255;
    return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
  }
}

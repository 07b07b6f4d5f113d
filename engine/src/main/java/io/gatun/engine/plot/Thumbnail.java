package io.gatun.engine.plot;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import java.awt.image.BufferedImage;

/// One image of an array `[n,height,width]` or `[n,height,width,channels]`, ready to draw.
final class Thumbnail {
  private Thumbnail() {}

  /// Checks that `images` is an array of grey or colour images, bytes or floats from 0 to 1.
  ///
  /// @throws IllegalArgumentException saying what is wanted
  static void check(Literal images) {
    var type = images.type();
    int rank = type.shape().rank();
    boolean channels =
        rank == 3 || rank == 4 && (type.shape().dim(3) == 1 || type.shape().dim(3) == 3);
    if (!channels || type.dtype() != DType.U8 && type.dtype() != DType.F32) {
      throw new IllegalArgumentException(
          "images of "
              + type
              + "; wanted u8 or f32 [n,height,width] or [n,height,width,channels] with 1 or 3"
              + " channels");
    }
  }

  /// Image `index`: what is out of range is clamped.
  ///
  /// @param inked whether grey images are drawn as dark ink on white paper: 0 is white
  static BufferedImage of(Literal images, int index, boolean inked) {
    var shape = images.type().shape();
    int height = shape.dim(1);
    int width = shape.dim(2);
    int channels = shape.rank() == 4 ? shape.dim(3) : 1;
    double unit = images.type().dtype() == DType.U8 ? 1 : 255;
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    long start = (long) index * height * width * channels;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        long at = start + ((long) y * width + x) * channels;
        int colour = 0;
        for (int c = 0; c < 3; c++) {
          double value = images.at(channels == 1 ? at : at + c) * unit;
          int level = Math.clamp(Math.round(value), 0, 255);
          colour = colour << 8 | (channels == 1 && inked ? 255 - level : level);
        }
        image.setRGB(x, y, colour);
      }
    }
    return image;
  }
}

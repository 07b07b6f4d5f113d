package io.gatun.engine.pretrained;

import io.gatun.engine.Tensor;
import io.gatun.engine.io.ImageDecoder;
import io.gatun.graph.tensor.TensorType;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/// A picture in colour, and what networks see of it.
public record Picture(BufferedImage image) {
  /// Reads PNG, JPEG, GIF and BMP files.
  public static Picture read(Path file) throws IOException {
    var pixels = new ImageDecoder(false, ImageDecoder.USUAL_MOST_PIXELS).read(file);
    var image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[pixels.width() * 3];
    for (int y = 0; y < pixels.height(); y++) {
      for (int i = 0; i < row.length; i++) row[i] = pixels.values()[y * row.length + i] & 0xff;
      image.getRaster().setPixels(0, y, pixels.width(), 1, row);
    }
    return new Picture(image);
  }

  public int width() {
    return image.getWidth();
  }

  public int height() {
    return image.getHeight();
  }

  /// What a window of another size shows of this picture, black where it ends.
  ///
  /// @param toWindow from places here to places there
  public Picture seen(AffineTransform toWindow, int width, int height) {
    return drawn(
        width,
        height,
        pen -> {
          pen.setRenderingHint(
              RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
          pen.drawImage(image, toWindow, null);
        });
  }

  /// The whole picture at another size.
  public Picture scaled(int width, int height) {
    var scale =
        AffineTransform.getScaleInstance((double) width / width(), (double) height / height());
    return seen(scale, width, height);
  }

  /// A copy with outlines drawn over it.
  public Picture outlined(List<? extends Shape> outlines) {
    float stroke = Math.max(2, Math.max(width(), height()) / 400f);
    return drawn(
        width(),
        height(),
        pen -> {
          pen.drawImage(image, 0, 0, null);
          pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
          pen.setColor(new Color(0xE0, 0x30, 0x30));
          pen.setStroke(new BasicStroke(stroke));
          outlines.forEach(pen::draw);
        });
  }

  private static Picture drawn(int width, int height, Consumer<Graphics2D> what) {
    var result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var pen = result.createGraphics();
    try {
      what.accept(pen);
    } finally {
      pen.dispose();
    }
    return new Picture(result);
  }

  /// Writes a PNG file.
  public void write(Path file) throws IOException {
    if (!ImageIO.write(image, "png", file.toFile()))
      throw new IOException(file + ": no PNG writer");
  }

  /// The pixels as a network wants them.
  Tensor tensor(String name, Normalization wanted) {
    return tensor(name, wanted, width());
  }

  /// As [#tensor(String, Normalization)], with zeros to the right up to a width.
  Tensor tensor(String name, Normalization wanted, int width) {
    var type =
        wanted.planes()
            ? TensorType.f32(1, 3, height(), width)
            : TensorType.f32(1, height(), width, 3);
    var tensor = Tensor.allocate(name, type);
    int[] row = new int[width()];
    for (int y = 0; y < height(); y++) {
      image.getRGB(0, y, width(), 1, row, 0, width());
      for (int x = 0; x < width(); x++) {
        long pixel = (long) y * width + x;
        for (int c = 0; c < 3; c++) {
          long at = wanted.planes() ? (long) c * height() * width + pixel : pixel * 3 + c;
          tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, at, wanted.of(row[x], c));
        }
      }
    }
    return tensor;
  }
}

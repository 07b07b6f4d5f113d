package io.gatun.engine.cli;

import io.gatun.engine.io.Npy;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import javax.imageio.ImageIO;

/// Reads grey images for a model from the files that people have.
final class ImageFile {
  private ImageFile() {}

  /// The images of a file as rows of type `sample`, values from 0 to 1.
  ///
  /// @param sample `f32[height,width]`
  /// @param invert whether dark becomes light; for PNG files only
  /// @throws IOException when the file is absent, is no image, or does not fit
  static Column read(Path file, TensorType sample, boolean invert, Arena arena) throws IOException {
    if (!Files.exists(file)) throw new IOException("there is no file " + file);
    if (file.toString().endsWith(".npy")) return array(file, sample, arena);
    return png(file, sample, invert, arena);
  }

  private static Column array(Path file, TensorType sample, Arena arena) throws IOException {
    var literal = Npy.read(file, arena);
    var dims = new ArrayList<>(literal.type().shape().dims());
    if (dims.size() == sample.shape().rank()) dims.addFirst(1);
    var dtype = literal.type().dtype();
    boolean fits =
        dims.size() > sample.shape().rank()
            && dims.subList(1, dims.size()).equals(sample.shape().dims())
            && (dtype == DType.U8 || dtype == DType.F32);
    if (!fits) {
      throw new IOException(
          "%s holds %s; the model takes images %s, bytes or 4-byte floats"
              .formatted(file, literal.type(), sample.shape()));
    }
    var rows = Literal.of(literal.type().with(new Shape(dims)), literal.data());
    var column = Column.of("images", rows);
    return dtype == DType.U8 ? column.scaled(1 / 255.0) : column;
  }

  private static Column png(Path file, TensorType sample, boolean invert, Arena arena)
      throws IOException {
    if (sample.shape().rank() != 2) {
      throw new IOException("%s: the model takes %s, not pictures".formatted(file, sample));
    }
    var picture = ImageIO.read(file.toFile());
    if (picture == null) throw new IOException(file + " is no picture that Java reads (PNG, JPEG)");
    int height = sample.shape().dim(0);
    int width = sample.shape().dim(1);
    var grey = scaled(picture, width, height);
    var data = arena.allocate((long) height * width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int value = grey.getRaster().getSample(x, y, 0);
        data.set(
            ValueLayout.JAVA_BYTE, (long) y * width + x, (byte) (invert ? 255 - value : value));
      }
    }
    var type = TensorType.of(DType.U8, 1, height, width);
    return Column.of("images", Literal.of(type, data)).scaled(1 / 255.0);
  }

  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    var grey = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    var pen = grey.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      pen.drawImage(picture, 0, 0, width, height, null);
    } finally {
      pen.dispose();
    }
    return grey;
  }
}

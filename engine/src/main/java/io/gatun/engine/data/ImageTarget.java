package io.gatun.engine.data;

import io.gatun.engine.io.Pixels;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/// The array that images of one size are written to, `u8[n,height,width,channels]`.
///
/// @param reference the image whose size counts for all; without one all are brought to the size
record ImageTarget(
    ImageOptions.Size size, int channels, MemorySegment data, Optional<Path> reference) {
  private static final double BYTE_TO_UNIT = 1 / 255.0;

  /// Ends the reading, also where unreadable files are left out.
  static final class MixedSizesException extends IOException {
    private static final long serialVersionUID = 1;

    MixedSizesException(String message) {
      super(message);
    }
  }

  static ImageTarget allocate(
      ImageOptions.Size size, int channels, int count, Optional<Path> reference, Arena arena)
      throws IOException {
    var type = TensorType.of(DType.U8, count, size.height(), size.width(), channels);
    try {
      return new ImageTarget(size, channels, arena.allocate(type.bytes(), 64), reference);
    } catch (OutOfMemoryError e) {
      throw new IOException(
          "out of memory: images of %s need %d bytes off-heap; choose a smaller size: ImageOptions.withSize(height, width)"
              .formatted(type, type.bytes()),
          e);
    }
  }

  private MemorySegment row(int index) {
    long bytes = (long) size.height() * size.width() * channels;
    return data.asSlice(index * bytes, bytes);
  }

  /// Writes image `index`.
  void put(int index, Path file, Pixels image) throws MixedSizesException {
    boolean fits = image.height() == size.height() && image.width() == size.width();
    if (!fits && reference.isPresent()) {
      throw new MixedSizesException(
          "%s has %d x %d pixels, %s has %d x %d; name the size that all are brought to: ImageOptions.withSize(height, width)"
              .formatted(
                  reference.get(),
                  size.width(),
                  size.height(),
                  file,
                  image.width(),
                  image.height()));
    }
    new Resample(size.height(), size.width()).write(image, row(index));
  }

  /// Image `from` takes the place of image `to`.
  void move(int from, int to) {
    if (from != to) row(to).copyFrom(row(from));
  }

  /// The first images, bytes that become 0 to 1 in batches.
  Column column(int count) {
    var type = TensorType.of(DType.U8, count, size.height(), size.width(), channels);
    var part = data.asSlice(0, type.bytes());
    return new Column("images", type, part, Optional.empty(), Optional.empty())
        .scaled(BYTE_TO_UNIT);
  }
}

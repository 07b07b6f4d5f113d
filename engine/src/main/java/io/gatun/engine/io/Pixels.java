package io.gatun.engine.io;

/// A decoded image, upright.
///
/// @param channels 1 for grey, 3 for red, green and blue
/// @param values `[height,width,channels]`, row-major, 0 to 255; not copied
public record Pixels(int height, int width, int channels, byte[] values) {
  /// Checks the number of values.
  public Pixels {
    if (values.length != (long) height * width * channels) {
      throw new IllegalArgumentException(
          "%d values for %d x %d pixels of %d channels"
              .formatted(values.length, width, height, channels));
    }
  }
}

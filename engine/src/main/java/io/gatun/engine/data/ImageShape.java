package io.gatun.engine.data;

import io.gatun.engine.EngineException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;

/// Size of the images that an [Augmentation] changes, stored channels-last.
///
/// @param most the largest value of an element: 255 for bytes; floats are not bounded
public record ImageShape(int height, int width, int channels, float most) {
  /// The size of samples `[height,width]` or `[height,width,channels]`.
  ///
  /// @throws EngineException for other samples
  public static ImageShape of(TensorType row) {
    var shape = row.shape();
    boolean image = shape.rank() == 2 || shape.rank() == 3;
    if (!image || shape.size() == 0) {
      throw new EngineException(
          "samples of %s are no images; [height,width] or [height,width,channels] is augmented"
              .formatted(row));
    }
    int channels = shape.rank() == 3 ? shape.dim(2) : 1;
    float most = row.dtype() == DType.U8 ? 255 : Float.POSITIVE_INFINITY;
    return new ImageShape(shape.dim(0), shape.dim(1), channels, most);
  }

  /// Elements of an image.
  public int size() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /// A value put between 0 and [#most]; unchanged where that is not bounded.
  float clamp(float value) {
    return most == Float.POSITIVE_INFINITY ? value : Math.clamp(value, 0, most);
  }
}

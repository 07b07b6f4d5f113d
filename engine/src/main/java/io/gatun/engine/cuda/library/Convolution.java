package io.gatun.engine.cuda.library;

import io.gatun.graph.tensor.DType;

/// A two-dimensional convolution, or one of its gradients, channels last as in the graph: image
/// `x[images, height, width, channels]`, filter `w[rows, columns, channels / groups, filters]`,
/// result `y[images, outHeight, outWidth, filters]`. One dimension is a height of 1.
public record Convolution(
    Part part,
    DType type,
    Precision precision,
    int images,
    Size image,
    int channels,
    Size filter,
    int filters,
    Size stride,
    Size padding,
    Size dilation,
    int groups) {
  /// What is computed of the other two.
  public enum Part {
    /// `y` of `x` and `w`.
    RESULT,
    /// The gradient `x` of `w` and the gradient `y`.
    IMAGE_GRADIENT,
    /// The gradient `w` of `x` and the gradient `y`.
    FILTER_GRADIENT
  }

  /// Something that has a height and a width. As a padding: that many zeros on both sides.
  public record Size(int height, int width) {}

  public Convolution {
    if (channels % groups != 0 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "%d channels and %d filters do not divide into %d groups"
              .formatted(channels, filters, groups));
    }
    if (out(image, filter, stride, padding, dilation).height() < 1
        || out(image, filter, stride, padding, dilation).width() < 1) {
      throw new IllegalArgumentException(
          "a filter of %s does not fit an image of %s".formatted(filter, image));
    }
  }

  /// Height and width of the result.
  public Size result() {
    return out(image, filter, stride, padding, dilation);
  }

  /// Elements of the filter.
  public int filterElements() {
    return filterRow() * filters;
  }

  /// Elements that one result is made of.
  public int filterRow() {
    return filter.height() * filter.width() * (channels / groups);
  }

  private static Size out(Size image, Size filter, Size stride, Size padding, Size dilation) {
    return new Size(
        out(image.height(), filter.height(), stride.height(), padding.height(), dilation.height()),
        out(image.width(), filter.width(), stride.width(), padding.width(), dilation.width()));
  }

  private static int out(int image, int filter, int stride, int padding, int dilation) {
    return Math.floorDiv(image + 2 * padding - dilation * (filter - 1) - 1, stride) + 1;
  }
}

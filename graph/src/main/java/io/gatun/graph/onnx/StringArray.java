package io.gatun.graph.onnx;

import io.gatun.graph.tensor.Shape;
import java.util.List;

/// Strings of a shape, row-major: what a model takes and gives besides tensors.
public record StringArray(Shape shape, List<String> elements) {
  /// Checks that there are as many elements as the shape has.
  public StringArray {
    elements = List.copyOf(elements);
    if (elements.size() != shape.size()) {
      throw new OnnxException(elements.size() + " strings for shape " + shape);
    }
  }
}

package io.gatun.engine.nn.layer;

import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.Shape;
import java.util.Locale;

/// What surrounds the operand of a convolution or a pooling.
public enum Padding {
  /// Nothing: only windows that lie inside count.
  VALID,
  /// As much as keeps `ceil(size / stride)` windows, the odd element after, as in TensorFlow.
  SAME;

  Window around(Window window, Shape x) {
    return switch (this) {
      case VALID -> window;
      case SAME -> window.samePadding(x);
    };
  }

  /// Name in files: `same`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

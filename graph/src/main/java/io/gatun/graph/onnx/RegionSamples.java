package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/// Bilinear samples of an image `[h, w, C]` on the grid of known rows and columns. What lies more
/// than one element outside is 0.
record RegionSamples(Call c, Value image, double[] rows, double[] columns) {
  /// `[rows, columns, C]`.
  ///
  /// @param max whether the largest weighted neighbour is meant, not their sum
  Value values(boolean max) {
    Value result = null;
    for (boolean low : new boolean[] {true, false}) {
      for (boolean left : new boolean[] {true, false}) {
        var part = neighbour(low, left);
        result = result == null ? part : max ? result.maximum(part) : result.add(part);
      }
    }
    return result;
  }

  private Value neighbour(boolean low, boolean left) {
    var picked =
        image
            .take(c.vector(places(rows, image.dim(0), low)), 0)
            .take(c.vector(places(columns, image.dim(1), left)), 1);
    var down = weights(rows, image.dim(0), low).reshape(rows.length, 1, 1);
    var across = weights(columns, image.dim(1), left).reshape(1, columns.length, 1);
    return picked.mul(down.mul(across));
  }

  private static double limited(double at, int size) {
    return Math.clamp(at, 0, size - 1);
  }

  private static List<Integer> places(double[] at, int size, boolean low) {
    return Arrays.stream(at)
        .mapToObj(p -> (int) Math.min(Math.floor(limited(p, size)) + (low ? 0 : 1), size - 1))
        .toList();
  }

  private Value weights(double[] at, int size, boolean low) {
    var type = TensorType.of(image.dtype(), at.length);
    return c.constant(
        NdArray.of(
            type,
            i -> {
              if (at[i] < -1 || at[i] > size) return 0;
              double fraction = limited(at[i], size) - Math.floor(limited(at[i], size));
              return low ? 1 - fraction : fraction;
            }));
  }
}

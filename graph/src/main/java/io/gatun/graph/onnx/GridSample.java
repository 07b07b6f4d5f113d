package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Samples of `x[N, C, spatial...]` at places `grid[N, out..., d]` in [-1, 1], the last spatial
/// axis first (Jaderberg et al., "Spatial transformer networks", 2015). Nearest, linear and cubic;
/// what is outside is zero, the border, or mirrored.
final class GridSample {
  private static final double CUBIC = -0.75;

  private final Call c;
  private final Value x;
  private final Value grid;
  private final int rank;
  private final boolean corners;
  private final String padding;

  GridSample(Call c) {
    this.c = c;
    x = c.in(0);
    grid = c.in(1).cast(ElementwiseOps.wide(c.in(1)).dtype());
    rank = x.rank() - 2;
    corners = c.attributes().flag("align_corners", false);
    padding = c.attributes().text("padding_mode", "zeros");
  }

  Value value() {
    String mode = c.attributes().text("mode", "linear");
    var places = new ArrayList<Value>();
    for (int axis = 0; axis < rank; axis++) places.add(place(axis, !mode.contains("cubic")));
    var sum =
        switch (mode) {
          case "nearest" -> at(places.stream().map(Value::round).toList());
          case "linear", "bilinear" -> weighted(places, 0, 1);
          case "cubic", "bicubic" -> weighted(places, -1, 2);
          default -> throw OnnxException.of("mode %s is not one of nearest, linear, cubic", mode);
        };
    // [N, out..., C] becomes [N, C, out...].
    return Spatial.channelsFirst(sum).cast(x.dtype());
  }

  /// Coordinates along an axis, counted in elements: `[N, out...]`.
  private Value place(int axis, boolean folds) {
    int size = x.dim(axis + 2);
    var g = grid.index(-1, rank - 1 - axis);
    var place = corners ? g.add(1).mul((size - 1) / 2.0) : g.add(1).mul(size / 2.0).sub(0.5);
    return folds ? folded(place, size) : place;
  }

  /// Back into the image by the padding mode, but for zeros.
  private Value folded(Value place, int size) {
    return switch (padding) {
      case "zeros" -> place;
      case "border" -> place.clamp(0, size - 1);
      case "reflection" -> reflected(place, size);
      default ->
          throw OnnxException.of(
              "padding_mode %s is not one of zeros, border, reflection", padding);
    };
  }

  private Value reflected(Value place, int size) {
    double low = corners ? 0 : -0.5;
    double span = corners ? size - 1 : size;
    if (span <= 0) return place.mul(0);
    var offset = place.sub(low).abs();
    var within = offset.rem(2 * span);
    var mirrored = within.gt(span).select(within.neg().add(2 * span), within).add(low);
    return mirrored.clamp(0, size - 1);
  }

  /// The elements at whole coordinates, `[N, out..., C]`; zero outside.
  private Value at(List<Value> whole) {
    int batch = x.dim(0);
    int count = Math.toIntExact(grid.type().size() / Math.max(1, batch * rank));
    var dims = x.shape().dims().subList(2, x.rank());
    var strides = new Shape(dims).strides();
    var out = whole.getFirst().shape();
    var position = c.scalar(DType.I64, 0).broadcastTo(out);
    Value inside = position.eq(0);
    for (int axis = 0; axis < rank; axis++) {
      int size = dims.get(axis);
      var coordinate = folded(whole.get(axis), size);
      inside = inside.and(coordinate.ge(0)).and(coordinate.le(size - 1));
      var index = coordinate.clamp(0, size - 1).round().cast(DType.I64);
      position = position.add(index.mul(strides[axis]));
    }
    int places = Ints.product(dims);
    var rows = position.reshape(batch, count);
    rows = rows.add(c.iota(new TensorType(DType.I64, rows.shape()), 0).mul(places));
    var picked =
        Spatial.channelsLast(x)
            .reshape(batch * places, x.dim(1))
            .take(rows.reshape(-1), 0)
            .reshape(new Shape(Ints.join(out.dims(), List.of(x.dim(1)))));
    return inside.expandDims(-1).select(picked, picked.scalar(0));
  }

  /// The sum over neighbours `low` to `high` along each axis, by products of weights.
  private Value weighted(List<Value> places, int low, int high) {
    int choices = high - low + 1;
    int all = (int) Math.pow(choices, rank);
    Value sum = null;
    for (int number = 0; number < all; number++) {
      var whole = new ArrayList<Value>();
      Value weight = null;
      int rest = number;
      for (int axis = 0; axis < rank; axis++) {
        int offset = low + rest % choices;
        rest /= choices;
        var floor = places.get(axis).floor();
        var distance = places.get(axis).sub(floor.add(offset)).abs();
        var w = high == 1 ? distance.neg().add(1) : cubic(distance);
        weight = weight == null ? w : weight.mul(w);
        whole.add(floor.add(offset));
      }
      var elements = at(whole);
      var part = elements.mul(weight.cast(elements.dtype()).expandDims(-1));
      sum = sum == null ? part : sum.add(part);
    }
    return sum;
  }

  /// Keys' kernel (1981).
  private static Value cubic(Value d) {
    var near = d.mul(CUBIC + 2).sub(CUBIC + 3).mul(d).mul(d).add(1);
    var far = d.mul(CUBIC).sub(5 * CUBIC).mul(d).add(8 * CUBIC).mul(d).sub(4 * CUBIC);
    return d.le(1).select(near, d.lt(2).select(far, d.scalar(0)));
  }
}

package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Non-maximum suppression: for each class the boxes of the best scores that overlap no better one
/// by more than a threshold.
///
/// @param c with known `boxes[batch, n, 4]`, `scores[batch, classes, n]` and limits
record Suppression(Call c) {
  /// Rows `(batch, class, box)`: `[selected, 3]`.
  Value selected() {
    var boxes = c.known(0);
    var scores = c.known(1);
    int most = Ints.saturate(c.has(2) ? c.known(2).longAt(0) : 0);
    double overlap = c.has(3) ? c.number(3) : 0;
    double least = c.has(4) ? c.number(4) : Double.NEGATIVE_INFINITY;
    var shape = scores.type().shape();
    var rows = new ArrayList<Long>();
    for (int batch = 0; batch < shape.dim(0); batch++) {
      for (int kind = 0; kind < shape.dim(1); kind++) {
        int from = (batch * shape.dim(1) + kind) * shape.dim(2);
        int first = batch * shape.dim(2);
        for (int box : select(boxes, first, scores, from, most, overlap, least)) {
          rows.addAll(List.of((long) batch, (long) kind, (long) box));
        }
      }
    }
    var type = TensorType.of(DType.I64, rows.size() / 3, 3);
    return c.constant(NdArray.ofLongs(type, (int i) -> rows.get(i)));
  }

  private List<Integer> select(
      NdArray boxes, int first, NdArray scores, int from, int most, double overlap, double least) {
    int count = scores.type().shape().dim(2);
    var best =
        IntStream.range(0, count)
            .filter(i -> scores.at(from + i) > least)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores.at(from + i)))
            .toList();
    var selected = new ArrayList<Integer>();
    for (int box : best) {
      if (selected.size() >= most) break;
      boolean isFree =
          selected.stream().noneMatch(s -> ratio(boxes, first + s, first + box) > overlap);
      if (isFree) selected.add(box);
    }
    return selected;
  }

  /// Intersection over union.
  private double ratio(NdArray boxes, int a, int b) {
    double[] p = corners(boxes, a);
    double[] q = corners(boxes, b);
    double height = Math.min(p[2], q[2]) - Math.max(p[0], q[0]);
    double width = Math.min(p[3], q[3]) - Math.max(p[1], q[1]);
    double common = Math.max(height, 0) * Math.max(width, 0);
    double union = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - common;
    return union <= 0 ? 0 : common / union;
  }

  /// Least and greatest coordinates: any two opposite corners are given, or centre and size.
  private double[] corners(NdArray boxes, int box) {
    double a = boxes.at(4 * box);
    double b = boxes.at(4 * box + 1);
    double d = boxes.at(4 * box + 2);
    double e = boxes.at(4 * box + 3);
    if (c.attributes().flag("center_point_box", false)) {
      return new double[] {b - e / 2, a - d / 2, b + e / 2, a + d / 2};
    }
    return new double[] {Math.min(a, d), Math.min(b, e), Math.max(a, d), Math.max(b, e)};
  }
}

package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Pooling of regions whose corners are known, and convolution at places that are moved.
final class RegionOps {
  private RegionOps() {}

  static void register(Registry r) {
    r.one("MaxRoiPool", RegionOps::maxRoiPool);
    r.one("DeformConv", RegionOps::deformable);
  }

  /// Largest element of each bin of each region, 0 of an empty one (Girshick, "Fast R-CNN", 2015).
  private static Value maxRoiPool(Call c) {
    var x = c.in(0);
    var regions = c.known(1);
    var pooled = c.attributes().ints("pooled_shape", List.of());
    OnnxException.check(
        pooled.size() == 2, "attribute pooled_shape: wants 2 sizes, got %s", pooled);
    double scale = c.attributes().number("spatial_scale", 1);
    int count = regions.type().shape().dim(0);
    Call.affordable((long) count * pooled.get(0) * pooled.get(1));
    var results = new ArrayList<Value>();
    for (int i = 0; i < count; i++) {
      int image = (int) regions.longAt(5 * i);
      OnnxException.check(image >= 0 && image < x.dim(0), "region %d: no image %d", i, image);
      var rows = new Bins(regions, 5 * i + 2, scale, pooled.get(0), x.dim(2));
      var columns = new Bins(regions, 5 * i + 1, scale, pooled.get(1), x.dim(3));
      for (int row = 0; row < pooled.get(0); row++) {
        for (int column = 0; column < pooled.get(1); column++) {
          results.add(largest(x.slice(0, image, image + 1), rows, row, columns, column));
        }
      }
    }
    var shape = Shape.of(count, pooled.get(0), pooled.get(1), x.dim(1));
    return Value.concat(0, results).reshape(shape).permute(0, 3, 1, 2);
  }

  /// The bins of a region along one axis of the image.
  private record Bins(NdArray regions, int at, double scale, int count, int size) {
    private long first() {
      return Math.round(regions.at(at) * scale);
    }

    private double width() {
      return Math.max(1, Math.round(regions.at(at + 2) * scale) - first() + 1) / (double) count;
    }

    int start(int bin) {
      return Math.clamp((long) Math.floor(bin * width()) + first(), 0, size);
    }

    int end(int bin) {
      return Math.clamp((long) Math.ceil((bin + 1) * width()) + first(), 0, size);
    }
  }

  private static Value largest(Value image, Bins rows, int row, Bins columns, int column) {
    int top = rows.start(row);
    int bottom = rows.end(row);
    int left = columns.start(column);
    int right = columns.end(column);
    if (bottom <= top || right <= left) return image.scalar(0).broadcastTo(1, image.dim(1));
    return image.slice(2, top, bottom).slice(3, left, right).max(2, 3);
  }

  /// Convolution that reads each tap at a place moved by an offset, between elements (Dai et al.,
  /// "Deformable Convolutional Networks", 2017); zero outside of the image.
  private static Value deformable(Call c) {
    var x = c.in(0);
    var w = c.in(1);
    OnnxException.check(x.rank() == 4, "wants images [N, C, h, w], got %s", x.type());
    var a = c.attributes();
    ConvolutionOps.checkKernel(c, w.shape().dims().subList(2, w.rank()));
    int groups = a.integer("group", 1);
    int moved = a.integer("offset_group", 1);
    var offset = c.in(2);
    int taps = w.dim(2) * w.dim(3);
    int places = offset.dim(2) * offset.dim(3);
    var offsets = offset.reshape(x.dim(0), moved, taps, 2, offset.dim(2), offset.dim(3));
    var rows = places(c, offsets, 0);
    var columns = places(c, offsets, 1);
    var share = c.has(4) ? c.in(4).reshape(rows.shape()) : x.scalar(1).broadcastTo(rows.shape());
    var image = x.reshape(x.dim(0), moved, x.dim(1) / moved, x.dim(2) * x.dim(3));
    var top = rows.floor();
    var left = columns.floor();
    Value sum = null;
    for (int down = 0; down < 2; down++) {
      for (int across = 0; across < 2; across++) {
        var part = corner(image, x, rows, columns, top.add(down), left.add(across), share);
        sum = sum == null ? part : sum.add(part);
      }
    }
    int inputs = x.dim(1) / groups * taps;
    var blocks = sum.reshape(x.dim(0), groups, inputs, places);
    var filter =
        w.reshape(1, groups, w.dim(0) / groups, inputs)
            .broadcastTo(x.dim(0), groups, w.dim(0) / groups, inputs);
    var y = filter.matmul(blocks).reshape(x.dim(0), w.dim(0), offset.dim(2), offset.dim(3));
    return c.has(3) ? y.add(c.in(3).reshape(-1, 1, 1)) : y;
  }

  /// Where along axis `axis` each tap is read: `[N, groups, taps, oh, ow]`.
  private static Value places(Call c, Value offsets, int axis) {
    var a = c.attributes();
    var w = c.in(1);
    int dilation = a.ints("dilations", List.of(1, 1)).get(axis);
    int stride = a.ints("strides", List.of(1, 1)).get(axis);
    int pad = a.ints("pads", List.of(0, 0, 0, 0)).get(axis);
    int columns = w.dim(3);
    int height = offsets.dim(4);
    int width = offsets.dim(5);
    var type = TensorType.of(offsets.dtype(), w.dim(2) * columns, height, width);
    var fixed =
        NdArray.of(
            type,
            n -> {
              int tap = n / (height * width);
              int out = axis == 0 ? n / width % height : n % width;
              int step = axis == 0 ? tap / columns : tap % columns;
              return out * stride + step * dilation - pad;
            });
    return offsets.index(3, axis).add(c.constant(fixed));
  }

  /// The elements at whole places, by how near these are.
  private static Value corner(
      Value image, Value x, Value rows, Value columns, Value row, Value column, Value share) {
    var inside = row.ge(0).and(row.lt(x.dim(2))).and(column.ge(0)).and(column.lt(x.dim(3)));
    var near =
        row.sub(rows).abs().neg().add(1).mul(column.sub(columns).abs().neg().add(1)).mul(share);
    var weight = inside.select(near, near.scalar(0));
    var flat = row.clamp(0, x.dim(2) - 1).mul(x.dim(3)).add(column.clamp(0, x.dim(3) - 1));
    int count = Math.toIntExact(flat.type().size() / (flat.dim(0) * flat.dim(1)));
    var shape = Shape.of(flat.dim(0), flat.dim(1), image.dim(2), count);
    var index = flat.cast(DType.I32).reshape(flat.dim(0), flat.dim(1), 1, count).broadcastTo(shape);
    return image
        .takeAlong(index, 3)
        .mul(weight.reshape(flat.dim(0), flat.dim(1), 1, count).broadcastTo(shape));
  }
}

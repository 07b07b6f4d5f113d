package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Sampling of images at computed places.
final class VisionOps {
  private VisionOps() {}

  static void register(Registry r) {
    r.one("GridSample", c -> new GridSample(c).value());
    r.one("AffineGrid", VisionOps::affineGrid);
    r.one("RoiAlign", VisionOps::roiAlign);
    r.one("Col2Im", VisionOps::columnsToImage);
  }

  /// `size` coordinates in [-1, 1], of corners or of centres.
  private static Value line(Call c, DType dtype, int size, boolean corners) {
    var i = c.iota(TensorType.of(dtype, size), 0);
    return corners ? i.mul(2.0 / Math.max(1, size - 1)).sub(1) : i.mul(2).add(1).div(size).sub(1);
  }

  /// `theta[N, d, d + 1]` times the coordinates `(x, y, z, 1)` of each place.
  private static Value affineGrid(Call c) {
    var theta = c.in(0);
    var size = c.ints(1);
    boolean corners = c.attributes().flag("align_corners", false);
    int rank = size.size() - 2;
    var space = new Shape(size.subList(2, size.size()));
    var parts = new ArrayList<Value>();
    for (int axis = rank - 1; axis >= 0; axis--) {
      var dims = new ArrayList<>(Ints.repeat(1, rank));
      dims.set(axis, space.dim(axis));
      var coordinate = line(c, theta.dtype(), space.dim(axis), corners).reshape(new Shape(dims));
      parts.add(coordinate.broadcastTo(space));
    }
    parts.add(c.scalar(theta.dtype(), 1).broadcastTo(space));
    var places = Value.stack(rank, parts.toArray(Value[]::new)).reshape(-1, rank + 1);
    var grid = places.expandDims(0).matmul(theta.transpose());
    var dims = new ArrayList<>(List.of(size.get(0)));
    dims.addAll(space.dims());
    dims.add(rank);
    return grid.reshape(new Shape(dims));
  }

  /// Blocks of columns `[N, C * block, count]` summed where they overlap in `[N, C, image...]`.
  private static Value columnsToImage(Call c) {
    var x = c.in(0);
    var image = c.ints(1);
    var block = c.ints(2);
    int rank = image.size();
    var a = c.attributes();
    var pads = a.ints("pads", Ints.repeat(0, 2 * rank));
    var window =
        new Window(
            block,
            a.ints("strides", Ints.repeat(1, rank)),
            a.ints("dilations", Ints.repeat(1, rank)),
            pads.subList(0, rank),
            pads.subList(rank, 2 * rank));
    int channels = x.dim(1) / Ints.product(block);
    var out = new ArrayList<Integer>();
    for (int i = 0; i < rank; i++) {
      int room = image.get(i) + pads.get(i) + pads.get(i + rank) - window.span(i);
      out.add(room / window.stride().get(i) + 1);
    }
    var dims = new ArrayList<>(List.of(x.dim(0), channels));
    dims.addAll(block);
    dims.addAll(out);
    var order = new ArrayList<>(List.of(0));
    order.addAll(Ints.range(2 + rank, 2 + 2 * rank));
    order.addAll(Ints.range(2, 2 + rank));
    order.add(1);
    var windows = x.reshape(new Shape(dims)).permute(Ints.array(order));
    var shape = new ArrayList<>(List.of(x.dim(0)));
    shape.addAll(image);
    shape.add(channels);
    return Spatial.channelsFirst(windows.apply(new FoldWindows(window, new Shape(shape))));
  }

  /// Averages or maxima of bilinear samples in the bins of regions (He et al., "Mask R-CNN", 2017);
  /// 0 where a region without area has no samples. The regions are known when the number of samples
  /// follows from their sizes.
  private static Value roiAlign(Call c) {
    var x = c.in(0);
    var a = c.attributes();
    int height = a.integer("output_height", 1);
    int width = a.integer("output_width", 1);
    double scale = a.number("spatial_scale", 1);
    int ratio = a.integer("sampling_ratio", 0);
    boolean half =
        a.text(
                "coordinate_transformation_mode",
                c.opset() < 16 ? "output_half_pixel" : "half_pixel")
            .equals("half_pixel");
    boolean max = a.text("mode", "avg").equals("max");
    var rois = c.known(1);
    var batches = c.known(2);
    var images = Spatial.channelsLast(x);
    var results = new ArrayList<Value>();
    for (int r = 0; r < batches.size(); r++) {
      int row = r;
      double[] box =
          IntStream.range(0, 4)
              .mapToDouble(i -> rois.at(4 * row + i) * scale - (half ? 0.5 : 0))
              .toArray();
      double w = half ? box[2] - box[0] : Math.max(box[2] - box[0], 1);
      double h = half ? box[3] - box[1] : Math.max(box[3] - box[1], 1);
      int down = ratio > 0 ? ratio : (int) Math.ceil(h / height);
      int across = ratio > 0 ? ratio : (int) Math.ceil(w / width);
      Call.affordable((long) height * down * width * across);
      if (down <= 0 || across <= 0) {
        results.add(c.scalar(x.dtype(), 0).broadcastTo(x.dim(1), height, width));
        continue;
      }
      var rows = places(box[1], h, height, down);
      var columns = places(box[0], w, width, across);
      var image = images.index(0, (int) batches.longAt(r));
      var samples = new RegionSamples(c, image, rows, columns).values(max);
      var bins = samples.reshape(height, down, width, across, x.dim(1));
      results.add((max ? bins.max(1, 3) : bins.mean(1, 3)).permute(2, 0, 1));
    }
    if (results.isEmpty()) {
      return c.scalar(x.dtype(), 0).broadcastTo(0, x.dim(1), height, width);
    }
    return Value.stack(0, results.toArray(Value[]::new));
  }

  /// Middles of the samples in each bin of one axis.
  private static double[] places(double start, double size, int bins, int samples) {
    double step = size / bins / samples;
    return IntStream.range(0, bins * samples).mapToDouble(i -> start + (i + 0.5) * step).toArray();
  }
}

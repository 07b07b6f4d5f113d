package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Shapes as values, and operators that give elements other dimensions.
final class ShapeOps {
  private ShapeOps() {}

  static void register(Registry r) {
    r.any("Shape", ShapeOps::shape);
    r.any("Size", c -> List.of(OnnxValue.Tensor.of(c.scalar(DType.I64, size(c)))));
    r.one("Reshape", ShapeOps::reshape);
    r.one("Flatten", ShapeOps::flatten);
    r.one("Squeeze", ShapeOps::squeeze);
    r.one("Unsqueeze", ShapeOps::unsqueeze);
    r.one("Transpose", ShapeOps::transpose);
    r.one("Expand", c -> expand(c.in(0), c.ints(1)));
    r.any("Identity", c -> List.of(c.any(0)));
    r.one("DepthToSpace", ShapeOps::depthToSpace);
    r.one("SpaceToDepth", ShapeOps::spaceToDepth);
  }

  private static double size(Call c) {
    return c.in(0).shape().size();
  }

  private static List<OnnxValue> shape(Call c) {
    var dims = c.in(0).shape().dims();
    int rank = dims.size();
    int start = c.attributes().integer("start", 0);
    int end = c.attributes().integer("end", rank);
    int from = Math.clamp(start < 0 ? start + rank : start, 0, rank);
    int to = Math.clamp(end < 0 ? end + rank : end, from, rank);
    return List.of(OnnxValue.Tensor.of(c.vector(dims.subList(from, to))));
  }

  private static Value reshape(Call c) {
    var x = c.in(0);
    var wanted = c.opset() < 5 ? c.attributes().ints("shape", List.of()) : c.ints(1);
    boolean copyZeros = !c.attributes().flag("allowzero", false);
    var dims = new ArrayList<Integer>();
    for (int i = 0; i < wanted.size(); i++) {
      int dim = wanted.get(i);
      OnnxException.check(
          dim != 0 || !copyZeros || i < x.rank(),
          "0 at %d of shape %s stands for no dimension of %s",
          i,
          wanted,
          x.type());
      dims.add(dim == 0 && copyZeros ? x.dim(i) : dim);
    }
    int open = dims.indexOf(-1);
    if (open >= 0) {
      long rest = 1;
      for (int dim : dims) rest *= dim == -1 ? 1 : dim;
      OnnxException.check(
          rest > 0 && x.type().size() % rest == 0 && dims.lastIndexOf(-1) == open,
          "%s has no shape %s",
          x.type(),
          wanted);
      dims.set(open, Math.toIntExact(x.type().size() / rest));
    }
    return x.reshape(new Shape(dims));
  }

  private static Value flatten(Call c) {
    var x = c.in(0);
    int axis = c.attributes().integer("axis", 1);
    int at = axis < 0 ? axis + x.rank() : axis;
    var dims = x.shape().dims();
    return x.reshape(
        Shape.of(Ints.product(dims.subList(0, at)), Ints.product(dims.subList(at, dims.size()))));
  }

  private static Value squeeze(Call c) {
    var x = c.in(0);
    var given = c.ints(1, "axes");
    var axes =
        given.isPresent()
            ? Call.axes(given.get(), x.rank())
            : Ints.range(0, x.rank()).stream().filter(a -> x.dim(a) == 1).toList();
    for (int axis : axes) {
      OnnxException.check(x.dim(axis) == 1, "axis %d of %s is not 1", axis, x.type());
    }
    return x.reshape(x.shape().without(axes));
  }

  private static Value unsqueeze(Call c) {
    var x = c.in(0);
    var given = c.ints(1, "axes").orElse(List.of());
    var dims = new ArrayList<>(x.shape().dims());
    for (int axis : Call.axes(given, x.rank() + given.size())) dims.add(axis, 1);
    return x.reshape(new Shape(dims));
  }

  private static Value transpose(Call c) {
    var x = c.in(0);
    var reversed = new ArrayList<>(Ints.range(0, x.rank()));
    Collections.reverse(reversed);
    return x.permute(Ints.array(c.attributes().ints("perm", reversed)));
  }

  /// Broadcasts both ways: a 1 in the wanted shape keeps the operand's dimension.
  static Value expand(Value x, List<Integer> wanted) {
    return x.broadcastTo(Shape.broadcast(x.shape(), new Shape(wanted)));
  }

  private static Value depthToSpace(Call c) {
    var x = c.in(0);
    int b = c.attributes().integer("blocksize", 1);
    int n = x.dim(0);
    int channels = x.dim(1) / (b * b);
    int h = x.dim(2);
    int w = x.dim(3);
    boolean columnsFirst = c.attributes().text("mode", "DCR").equals("CRD");
    var split =
        columnsFirst
            ? x.reshape(n, channels, b, b, h, w).permute(0, 1, 4, 2, 5, 3)
            : x.reshape(n, b, b, channels, h, w).permute(0, 3, 4, 1, 5, 2);
    return split.reshape(n, channels, h * b, w * b);
  }

  private static Value spaceToDepth(Call c) {
    var x = c.in(0);
    int b = c.attributes().integer("blocksize", 1);
    int h = x.dim(2) / b;
    int w = x.dim(3) / b;
    boolean columnsFirst = c.attributes().text("mode", "DCR").equals("CRD");
    var split = x.reshape(x.dim(0), x.dim(1), h, b, w, b);
    return (columnsFirst ? split.permute(0, 1, 3, 5, 2, 4) : split.permute(0, 3, 5, 1, 2, 4))
        .reshape(x.dim(0), x.dim(1) * b * b, h, w);
  }
}

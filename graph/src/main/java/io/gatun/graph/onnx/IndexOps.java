package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Operators that read and write at places that tensors of indices give. A negative index counts
/// from the end.
final class IndexOps {
  private IndexOps() {}

  static void register(Registry r) {
    r.any("Gather", IndexOps::gather);
    r.one("GatherElements", IndexOps::gatherElements);
    r.one("GatherND", IndexOps::gatherNd);
    r.one("Scatter", IndexOps::scatterElements);
    r.one("ScatterElements", IndexOps::scatterElements);
    r.one("ScatterND", IndexOps::scatterNd);
    r.one("TensorScatter", IndexOps::tensorScatter);
  }

  private static List<OnnxValue> gather(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, 0);
    return List.of(c.tensor(x.take(wrap(c.in(1), x.dim(axis)), axis)));
  }

  /// Indices counted from the start, as `i64`.
  private static Value wrap(Value indices, int dim) {
    if (indices.node().op() instanceof Constant(Literal known) && known.type().size() <= 4096) {
      for (long i = 0; i < known.type().size(); i++) {
        OnnxException.check(
            known.at(i) >= -dim && known.at(i) < dim,
            "index %s is not in [%d, %d)",
            (long) known.at(i),
            -dim,
            dim);
      }
    }
    var wide = indices.cast(DType.I64);
    return wide.lt(0).select(wide.add(dim), wide);
  }

  private static Value gatherElements(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, 0);
    var indices = wrap(c.in(1), x.dim(axis));
    for (int a = 0; a < x.rank(); a++) {
      if (a != axis && indices.dim(a) != x.dim(a)) x = x.slice(a, 0, indices.dim(a));
    }
    return x.takeAlong(indices, axis);
  }

  /// Row-major positions in `dims` of the places that the last axis of `indices` names.
  private static Value linear(Call c, Value indices, List<Integer> dims) {
    var strides = new Shape(dims).strides();
    var outer = indices.shape().without(List.of(indices.rank() - 1));
    var at = c.scalar(DType.I64, 0).broadcastTo(outer);
    for (int i = 0; i < dims.size(); i++) {
      at = at.add(wrap(indices.index(-1, i), dims.get(i)).mul(strides[i]));
    }
    return at;
  }

  private static Value gatherNd(Call c) {
    var x = c.in(0);
    var indices = c.in(1);
    int batch = c.attributes().integer("batch_dims", 0);
    int depth = indices.dim(-1);
    var dims = x.shape().dims();
    int batches = Ints.product(dims.subList(0, batch));
    int places = Ints.product(dims.subList(batch, batch + depth));
    var slice = dims.subList(batch + depth, x.rank());
    var at = linear(c, indices, dims.subList(batch, batch + depth));
    var result = new Shape(Ints.join(at.shape().dims(), slice));
    if (batch > 0) {
      at = at.reshape(batches, -1);
      at = at.add(c.iota(new TensorType(DType.I64, at.shape()), 0).mul(places));
    }
    return x.reshape(new Shape(Ints.join(List.of(batches * places), slice)))
        .take(at, 0)
        .reshape(result);
  }

  private static Value scatterElements(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, 0);
    var indices = c.in(1);
    if (indices.type().size() == 0) return x;
    var strides = x.shape().strides();
    var type = new TensorType(DType.I64, indices.shape());
    var at = wrap(indices, x.dim(axis)).mul(strides[axis]);
    for (int a = 0; a < x.rank(); a++) {
      if (a != axis) at = at.add(c.iota(type, a).mul(strides[a]));
    }
    var flat = x.reshape(-1);
    var updates = c.in(2).reshape(-1);
    return scatter(c, flat, at.reshape(-1), updates).reshape(x.shape());
  }

  private static Value scatterNd(Call c) {
    var x = c.in(0);
    var indices = c.in(1);
    if (indices.type().size() == 0) return x;
    int depth = indices.dim(-1);
    var dims = x.shape().dims();
    int places = Ints.product(dims.subList(0, depth));
    int size = Ints.product(dims.subList(depth, x.rank()));
    var at = linear(c, indices, dims.subList(0, depth)).reshape(-1);
    var updates = c.in(2).reshape(at.dim(0), size);
    return scatter(c, x.reshape(places, size), at, updates).reshape(x.shape());
  }

  /// `x` with rows of `updates` written at `at` or combined with what is there.
  private static Value scatter(Call c, Value x, Value at, Value updates) {
    String reduction = c.attributes().text("reduction", "none");
    return switch (reduction) {
      case "add" -> x.scatterAdd(at, updates, 0);
      case "none" -> write(c, x, at, updates);
      case "mul" -> x.mul(gathered(c, x, at, updates, 1).prod(1));
      case "max" -> x.maximum(gathered(c, x, at, updates, Double.NEGATIVE_INFINITY).max(1));
      case "min" -> x.minimum(gathered(c, x, at, updates, Double.POSITIVE_INFINITY).min(1));
      default ->
          throw OnnxException.of("reduction %s is not one of none, add, mul, max, min", reduction);
    };
  }

  /// The last update of a place wins: each row looks up the last update that names it.
  private static Value write(Call c, Value x, Value at, Value updates) {
    int count = at.dim(0);
    var zeros = c.scalar(DType.I32, 0).broadcastTo(x.dim(0));
    var known = c.importer().known().of(at);
    Value last;
    if (known.isPresent()) {
      long[] order = new long[x.dim(0)];
      for (int i = 0; i < count; i++) order[(int) known.get().longAt(i)] = i + 1;
      last = c.constant(NdArray.ofLongs(TensorType.of(DType.I32, order.length), order));
    } else {
      // Unless indices repeat, which leaves the result open, a sum is the only update's number.
      var numbers = c.iota(TensorType.of(DType.I32, count), 0).add(1);
      last = zeros.scatterAdd(at, numbers, 0);
    }
    var rows = updates.take(last.sub(1).maximum(0), 0);
    var written = last.gt(0);
    return (x.rank() == 1 ? written : written.expandDims(1)).select(rows, x);
  }

  /// For each row the updates of it, others replaced: `[rows, updates, ...]`.
  private static Value gathered(Call c, Value x, Value at, Value updates, double neutral) {
    var rows = c.iota(TensorType.of(DType.I64, x.dim(0)), 0).expandDims(1);
    var hits = rows.eq(at.expandDims(0));
    var type = updates.type();
    var filling = c.constant(NdArray.of(TensorType.of(type.dtype()), _ -> neutral));
    return (x.rank() == 1 ? hits : hits.expandDims(2)).select(updates.expandDims(0), filling);
  }

  /// Writes slices of a sequence into a cache, from a place for each batch on.
  private static Value tensorScatter(Call c) {
    var cache = c.in(0);
    var update = c.in(1);
    int axis = cache.shape().axis(c.attributes().integer("axis", -2));
    boolean circular = c.attributes().text("mode", "linear").equals("circular");
    int length = update.dim(axis);
    int room = cache.dim(axis);
    var type = new TensorType(DType.I64, cache.shape());
    var dims = new ArrayList<>(Ints.repeat(1, cache.rank()));
    dims.set(0, cache.dim(0));
    var start =
        c.has(2) ? c.in(2).cast(DType.I64).reshape(new Shape(dims)) : c.scalar(DType.I64, 0);
    var offset = c.iota(type, axis).sub(start);
    if (circular) offset = offset.lt(0).select(offset.add(room), offset);
    var inside = offset.ge(0).and(offset.lt(length));
    return inside.select(update.takeAlong(offset.clamp(0, length - 1), axis), cache);
  }
}

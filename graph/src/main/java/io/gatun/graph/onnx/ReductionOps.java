package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import java.util.List;

/// Reductions: over the axes of an attribute or, in newer opsets, of an input.
final class ReductionOps {
  private interface Fold {
    Value of(Value x, int... axes);
  }

  private ReductionOps() {}

  static void register(Registry r) {
    r.one("ReduceSum", c -> reduce(c, Value::sumKeep));
    r.one("ReduceMean", c -> reduce(c, Value::meanKeep));
    r.one("ReduceProd", c -> reduce(c, Value::prodKeep));
    r.one("ReduceMax", c -> reduce(c, ordered(c, Value::maxKeep)));
    r.one("ReduceMin", c -> reduce(c, ordered(c, Value::minKeep)));
    r.one("ReduceL1", c -> reduce(c, (x, axes) -> x.abs().sumKeep(axes)));
    r.one("ReduceL2", c -> reduce(c, ReductionOps::l2));
    r.one("ReduceLogSum", c -> reduce(c, ReductionOps::logSum));
    r.one("ReduceLogSumExp", c -> reduce(c, ReductionOps::logSumExp));
    r.one("ReduceSumSquare", c -> reduce(c, (x, axes) -> x.square().sumKeep(axes)));
    r.one("ArgMax", c -> position(c, true));
    r.one("ArgMin", c -> position(c, false));
    r.one("CumSum", c -> cumulate(c, Value::add, 0));
    r.one("CumProd", c -> cumulate(c, Value::mul, 1));
    r.many("TopK", ReductionOps::topK);
  }

  private static Value reduce(Call c, Fold fold) {
    var x = c.in(0);
    var given = c.ints(1, "axes").filter(axes -> !axes.isEmpty());
    if (given.isEmpty() && c.attributes().flag("noop_with_empty_axes", false)) {
      // Each element is a reduction of its own: over an axis of size 1.
      return fold.of(x.expandDims(0), 0).reshape(x.shape());
    }
    var axes = Call.axes(given.orElse(Ints.range(0, x.rank())), x.rank());
    if (x.rank() == 0) return fold.of(x.reshape(1), 0).reshape();
    var y = fold.of(x, Ints.array(axes));
    return c.attributes().flag("keepdims", true) ? y : y.reshape(x.shape().without(axes));
  }

  private static Fold ordered(Call c, Fold fold) {
    return (x, axes) -> ArithmeticOps.ordered(c, fold.of(ArithmeticOps.ordered(c, x), axes));
  }

  private static Value l2(Value x, int... axes) {
    if (x.dtype().isFloat()) return x.square().sumKeep(axes).sqrt();
    return x.cast(DType.F64).square().sumKeep(axes).sqrt().cast(x.dtype());
  }

  private static Value logSum(Value x, int... axes) {
    if (x.dtype().isFloat()) return x.sumKeep(axes).log();
    return x.cast(DType.F64).sumKeep(axes).log().cast(x.dtype());
  }

  private static Value logSumExp(Value x, int... axes) {
    if (!x.dtype().isFloat()) return logSumExp(x.cast(DType.F64), axes).cast(x.dtype());
    var max = x.maxKeep(axes);
    // An infinite maximum would make NaNs of differences.
    var shift = max.abs().eq(Double.POSITIVE_INFINITY).select(max.scalar(0), max);
    return x.sub(shift).exp().sumKeep(axes).log().add(shift);
  }

  private static Value position(Call c, boolean largest) {
    var x = ArithmeticOps.ordered(c, c.in(0));
    int axis = c.axis(x, 0);
    boolean last = c.attributes().flag("select_last_index", false);
    var from = last ? x.reverse(axis) : x;
    var at = (largest ? from.argmax(axis) : from.argmin(axis)).cast(DType.I64);
    if (last) at = at.neg().add(x.dim(axis) - 1);
    return c.attributes().flag("keepdims", true) ? at.expandDims(axis) : at;
  }

  private interface Combine {
    Value of(Value x, Value y);
  }

  /// In `log2(n)` steps, each adding what lies 1, 2, 4 ... before (Hillis and Steele 1986).
  private static Value cumulate(Call c, Combine combine, double neutral) {
    var x = c.in(0);
    int axis = x.shape().axis((int) c.number(1));
    boolean reverse = c.attributes().flag("reverse", false);
    var y = reverse ? x.reverse(axis) : x;
    if (c.attributes().flag("exclusive", false)) y = shift(y, axis, 1, neutral);
    for (int step = 1; step < x.dim(axis); step *= 2) {
      y = combine.of(y, shift(y, axis, step, neutral));
    }
    return reverse ? y.reverse(axis) : y;
  }

  private static Value shift(Value x, int axis, int by, double filling) {
    return x.slice(axis, 0, Math.max(0, x.dim(axis) - by))
        .pad(axis, Math.min(by, x.dim(axis)), 0, filling);
  }

  private static List<Value> topK(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, -1);
    int k = c.opset() < 10 ? c.attributes().integer("k", 1) : (int) c.number(1);
    OnnxException.check(
        k >= 0 && k <= x.dim(axis), "k %d is not in [0, %d] of axis %d", k, x.dim(axis), axis);
    boolean largest = c.attributes().flag("largest", true);
    var order = ArithmeticOps.ordered(c, x).argsort(k, axis, largest);
    return List.of(x.takeAlong(order, axis), order.cast(DType.I64));
  }
}

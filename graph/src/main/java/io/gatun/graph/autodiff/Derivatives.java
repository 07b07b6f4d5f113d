package io.gatun.graph.autodiff;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Every derivative rule, on one page: given a value `y = op(x0, x1, ...)` and its cotangent `dy`,
/// gives each operand's contribution. A rule is evaluated only for operands that need it.
///
/// @param y the value
/// @param dy its cotangent, of its type
/// @param sink takes the contributions
record Derivatives(Value y, Value dy, Sink sink) {
  /// Takes the contribution to operand number `operand`.
  interface Sink {
    void give(int operand, Supplier<Value> cotangent);
  }

  private Value x(int operand) {
    return new Value(y.builder(), y.node().input(operand));
  }

  private void give(int operand, Supplier<Value> cotangent) {
    sink.give(operand, cotangent);
  }

  private Value zero() {
    return dy.scalar(0);
  }

  void apply() {
    switch (y.node().op()) {
      case Input _, Constant _, Iota _, Random _, ArgSort _ -> {}
      case Unary(var kind) -> unary(kind);
      case Binary(var kind) -> binary(kind);
      case Select _ -> {
        give(1, () -> x(0).select(dy, zero()));
        give(2, () -> x(0).select(zero(), dy));
      }
      case Cast _ -> give(0, () -> dy.cast(x(0).dtype()));
      case Reshape _ -> give(0, () -> dy.reshape(x(0).shape()));
      case Transpose transpose -> give(0, () -> dy.apply(new Transpose(transpose.inverse())));
      case Broadcast broadcast -> give(0, () -> broadcast(broadcast));
      case Slice slice -> give(0, () -> slice(slice));
      case Pad pad -> give(0, () -> pad(pad));
      case Concat(int axis) -> concat(axis);
      case Reverse reverse -> give(0, () -> dy.apply(reverse));
      case Windows(var window, _) -> give(0, () -> dy.apply(new FoldWindows(window, x(0).shape())));
      case FoldWindows(var window, _) -> give(0, () -> dy.apply(new Windows(window, 0)));
      case Reduce(var kind, var axes, _) -> reduce(kind, axes);
      case MatMul(boolean ta, boolean tb) -> matmul(ta, tb);
      case Conv(var window, int groups) -> {
        give(0, () -> dy.apply(new ConvGradInput(window, groups, x(0).shape()), x(1)));
        give(1, () -> x(0).apply(new ConvGradFilter(window, groups, x(1).shape()), dy));
      }
      case ConvGradInput(var window, int groups, _) -> {
        give(0, () -> dy.apply(new Conv(window, groups), x(1)));
        give(1, () -> dy.apply(new ConvGradFilter(window, groups, x(1).shape()), x(0)));
      }
      case ConvGradFilter(var window, int groups, _) -> {
        give(0, () -> x(1).apply(new ConvGradInput(window, groups, x(0).shape()), dy));
        give(1, () -> x(0).apply(new Conv(window, groups), dy));
      }
      case Gather(int axis, boolean along) ->
          give(0, () -> x(0).filled(0).apply(new ScatterAdd(axis, along), x(1), dy));
      case ScatterAdd(int axis, boolean along) -> {
        give(0, () -> dy);
        give(2, () -> dy.apply(new Gather(axis, along), x(1)));
      }
      case Scan _ ->
          throw new IllegalStateException("the results of a scan are differentiated together");
      case Composite composite -> composite(composite);
    }
  }

  private void unary(Unary.Kind kind) {
    switch (kind) {
      case NEG -> give(0, dy::neg);
      case ABS -> give(0, () -> dy.mul(x(0).sign()));
      case SQRT -> give(0, () -> dy.mul(0.5).div(y));
      case RSQRT -> give(0, () -> dy.mul(-0.5).mul(y.mul(y).mul(y)));
      case EXP -> give(0, () -> dy.mul(y));
      case EXPM1 -> give(0, () -> dy.mul(y.add(1)));
      case LOG -> give(0, () -> dy.div(x(0)));
      case LOG1P -> give(0, () -> dy.div(x(0).add(1)));
      case SIN -> give(0, () -> dy.mul(x(0).cos()));
      case COS -> give(0, () -> dy.mul(x(0).sin()).neg());
      case TANH -> give(0, () -> dy.mul(y.scalar(1).sub(y.mul(y))));
      case SIGMOID -> give(0, () -> dy.mul(y.mul(y.scalar(1).sub(y))));
      case ERF -> give(0, () -> dy.mul(x(0).square().neg().exp().mul(2 / Math.sqrt(Math.PI))));
      // Constant between their jumps.
      case SIGN, FLOOR, CEIL, ROUND, NOT -> {}
    }
  }

  private void binary(Binary.Kind kind) {
    switch (kind) {
      case ADD -> {
        give(0, () -> dy);
        give(1, () -> dy);
      }
      case SUB -> {
        give(0, () -> dy);
        give(1, dy::neg);
      }
      case MUL -> {
        give(0, () -> dy.mul(x(1)));
        give(1, () -> dy.mul(x(0)));
      }
      case DIV -> {
        give(0, () -> dy.div(x(1)));
        give(1, () -> dy.mul(y).div(x(1)).neg());
      }
      case REM -> {
        give(0, () -> dy);
        give(1, () -> dy.mul(truncate(x(0).div(x(1)))).neg());
      }
      case MAX -> {
        give(0, () -> winner(x(0).gt(x(1))));
        give(1, () -> winner(x(1).gt(x(0))));
      }
      case MIN -> {
        give(0, () -> winner(x(0).lt(x(1))));
        give(1, () -> winner(x(1).lt(x(0))));
      }
      case POW -> {
        give(0, this::powBase);
        give(1, this::powExponent);
      }
      case AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> {}
    }
  }

  /// `dy` where the operand wins, half of it where the operands are equal.
  private Value winner(Value wins) {
    return wins.select(dy, x(0).eq(x(1)).select(dy.mul(0.5), zero()));
  }

  private static Value truncate(Value x) {
    return x.sign().mul(x.abs().floor());
  }

  /// `d(a^b)/da = b a^(b-1)`, and 0 for `b = 0` even where `a^(b-1)` is infinite.
  private Value powBase() {
    var slope = x(1).mul(x(0).pow(x(1).sub(1)));
    return dy.mul(x(1).eq(0).select(zero(), slope));
  }

  /// `d(a^b)/db = a^b log(a)`, and its limit 0 for `a = 0`.
  private Value powExponent() {
    var log = x(0).eq(0).select(y.scalar(1), x(0)).log();
    return dy.mul(x(0).eq(0).select(zero(), y.mul(log)));
  }

  /// Sums over the axes along which the operand was repeated.
  private Value broadcast(Broadcast broadcast) {
    var repeated = broadcast.repeatedAxes(x(0).shape());
    return dy.apply(new Reduce(Reduce.Kind.SUM, repeated, false)).reshape(x(0).shape());
  }

  /// Puts the elements back to where they were taken from, among zeros.
  private Value slice(Slice slice) {
    var high = new ArrayList<Integer>();
    var interior = new ArrayList<Integer>();
    for (int axis = 0; axis < dy.rank(); axis++) {
      int stride = slice.strides().get(axis);
      int span = dy.dim(axis) == 0 ? 0 : (dy.dim(axis) - 1) * stride + 1;
      high.add(x(0).dim(axis) - slice.starts().get(axis) - span);
      interior.add(stride - 1);
    }
    return dy.apply(new Pad(slice.starts(), high, interior, 0));
  }

  private Value pad(Pad pad) {
    var limits = new ArrayList<Integer>();
    var strides = new ArrayList<Integer>();
    for (int axis = 0; axis < dy.rank(); axis++) {
      limits.add(dy.dim(axis) - pad.high().get(axis));
      strides.add(pad.interior().get(axis) + 1);
    }
    return dy.apply(new Slice(pad.low(), limits, strides));
  }

  private void concat(int axis) {
    int start = 0;
    for (int i = 0; i < y.node().inputs().size(); i++) {
      int from = start;
      int to = start + x(i).dim(axis);
      give(i, () -> dy.slice(axis, from, to));
      start = to;
    }
  }

  private void reduce(Reduce.Kind kind, List<Integer> axes) {
    switch (kind) {
      case SUM -> give(0, () -> spread(dy, axes));
      case PROD -> give(0, () -> spread(dy, axes).mul(productOfOthers(axes)));
      case MAX, MIN -> give(0, () -> extreme(axes));
      case ARGMAX, ARGMIN -> {}
    }
  }

  /// A value of `y`'s shape repeated along the reduced axes to the operand's.
  private Value spread(Value value, List<Integer> axes) {
    var kept = x(0).shape();
    for (int axis : axes) kept = kept.with(axis, 1);
    return value.reshape(kept).broadcastTo(x(0).shape());
  }

  /// For each element the product of all others of its fold: `prod / x`, but where one element is 0
  /// it alone has a product of others, and where several are 0 none has.
  private Value productOfOthers(List<Integer> axes) {
    var isZero = x(0).eq(0);
    var nonzero = isZero.select(x(0).scalar(1), x(0));
    var product = nonzero.apply(new Reduce(Reduce.Kind.PROD, axes, true));
    var zeros = isZero.cast(y.dtype()).apply(new Reduce(Reduce.Kind.SUM, axes, true));
    var ofZero = zeros.eq(1).select(product, zero());
    var ofOther = zeros.eq(0).select(product.div(nonzero), zero());
    return isZero.select(ofZero, ofOther);
  }

  /// `dy` divided equally among the elements that equal the maximum or minimum.
  private Value extreme(List<Integer> axes) {
    var isExtreme = x(0).eq(spread(y, axes));
    var count = isExtreme.cast(y.dtype()).apply(new Reduce(Reduce.Kind.SUM, axes, true));
    return isExtreme.select(spread(dy, axes).div(count), zero());
  }

  /// With `C = A B`: `dA = dC B^T` and `dB = A^T dC`; a transposed operand's is transposed.
  private void matmul(boolean ta, boolean tb) {
    give(
        0,
        () -> ta ? x(1).apply(new MatMul(tb, true), dy) : dy.apply(new MatMul(false, !tb), x(1)));
    give(
        1,
        () -> tb ? dy.apply(new MatMul(true, ta), x(0)) : x(0).apply(new MatMul(!ta, false), dy));
  }

  /// Inlines the composite's own gradient, or that of its body.
  private void composite(Composite composite) {
    boolean own = composite.gradient().isPresent() && composite.output() == 0;
    var arguments = new ArrayList<>(y.node().inputs());
    if (own) arguments.addAll(outputs(composite));
    arguments.add(dy.node());
    Graph gradient =
        own ? composite.gradient().get() : Gradient.adjoint(composite.body(), composite.output());
    var cotangents = y.builder().inline(gradient, arguments);
    var names = composite.body().inputs().stream().map(n -> ((Input) n.op()).name()).toList();
    for (int i = 0; i < cotangents.size(); i++) {
      var cotangent = new Value(y.builder(), cotangents.get(i));
      give(names.indexOf(gradient.outputs().get(i).name()), () -> cotangent);
    }
  }

  private List<Node> outputs(Composite composite) {
    var outputs = new ArrayList<Node>();
    for (int i = 0; i < composite.body().outputs().size(); i++) {
      outputs.add(y.builder().add(composite.withOutput(i), y.node().inputs()));
    }
    return outputs;
  }
}

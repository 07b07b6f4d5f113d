package io.gatun.graph.dsl;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;

/// What [Value] offers element by element.
sealed interface Elementwise permits Value {
  private Value self() {
    return (Value) this;
  }

  private Value unary(Unary.Kind kind) {
    return self().apply(new Unary(kind));
  }

  private Value binary(Binary.Kind kind, Value other) {
    var x = self();
    if (x.dtype() != other.dtype()) {
      throw GraphException.atCaller(
          "%s: element types differ: %s and %s; cast one", kind.text(), x.type(), other.type());
    }
    var shape = Value.broadcast(kind.text(), x, other);
    return x.broadcastTo(shape).apply(new Binary(kind), other.broadcastTo(shape));
  }

  private Value binary(Binary.Kind kind, double other) {
    return binary(kind, self().scalar(other));
  }

  default Value neg() {
    return unary(Unary.Kind.NEG);
  }

  default Value abs() {
    return unary(Unary.Kind.ABS);
  }

  /// -1, 0 or 1.
  default Value sign() {
    return unary(Unary.Kind.SIGN);
  }

  default Value sqrt() {
    return unary(Unary.Kind.SQRT);
  }

  /// `1 / sqrt(x)`.
  default Value rsqrt() {
    return unary(Unary.Kind.RSQRT);
  }

  default Value exp() {
    return unary(Unary.Kind.EXP);
  }

  /// `exp(x) - 1`, exact near 0.
  default Value expm1() {
    return unary(Unary.Kind.EXPM1);
  }

  default Value log() {
    return unary(Unary.Kind.LOG);
  }

  /// `log(1 + x)`, exact near 0.
  default Value log1p() {
    return unary(Unary.Kind.LOG1P);
  }

  default Value sin() {
    return unary(Unary.Kind.SIN);
  }

  default Value cos() {
    return unary(Unary.Kind.COS);
  }

  default Value tanh() {
    return unary(Unary.Kind.TANH);
  }

  /// `1 / (1 + exp(-x))`.
  default Value sigmoid() {
    return unary(Unary.Kind.SIGMOID);
  }

  /// The error function.
  default Value erf() {
    return unary(Unary.Kind.ERF);
  }

  default Value floor() {
    return unary(Unary.Kind.FLOOR);
  }

  default Value ceil() {
    return unary(Unary.Kind.CEIL);
  }

  /// To the nearest integer, ties to even.
  default Value round() {
    return unary(Unary.Kind.ROUND);
  }

  /// Logical for `bool`, bitwise for integers.
  default Value not() {
    return unary(Unary.Kind.NOT);
  }

  default Value add(Value other) {
    return binary(Binary.Kind.ADD, other);
  }

  default Value add(double other) {
    return binary(Binary.Kind.ADD, other);
  }

  default Value sub(Value other) {
    return binary(Binary.Kind.SUB, other);
  }

  default Value sub(double other) {
    return binary(Binary.Kind.SUB, other);
  }

  default Value mul(Value other) {
    return binary(Binary.Kind.MUL, other);
  }

  default Value mul(double other) {
    return binary(Binary.Kind.MUL, other);
  }

  default Value div(Value other) {
    return binary(Binary.Kind.DIV, other);
  }

  default Value div(double other) {
    return binary(Binary.Kind.DIV, other);
  }

  /// Remainder with the sign of this value (C's `fmod`).
  default Value rem(Value other) {
    return binary(Binary.Kind.REM, other);
  }

  /// Remainder with the sign of this value (C's `fmod`).
  default Value rem(double other) {
    return binary(Binary.Kind.REM, other);
  }

  /// The larger of two; NaN if one is.
  default Value maximum(Value other) {
    return binary(Binary.Kind.MAX, other);
  }

  /// The larger of two; NaN if one is.
  default Value maximum(double other) {
    return binary(Binary.Kind.MAX, other);
  }

  /// The smaller of two; NaN if one is.
  default Value minimum(Value other) {
    return binary(Binary.Kind.MIN, other);
  }

  /// The smaller of two; NaN if one is.
  default Value minimum(double other) {
    return binary(Binary.Kind.MIN, other);
  }

  default Value pow(Value other) {
    return binary(Binary.Kind.POW, other);
  }

  default Value pow(double other) {
    return binary(Binary.Kind.POW, other);
  }

  default Value eq(Value other) {
    return binary(Binary.Kind.EQ, other);
  }

  default Value eq(double other) {
    return binary(Binary.Kind.EQ, other);
  }

  default Value ne(Value other) {
    return binary(Binary.Kind.NE, other);
  }

  default Value ne(double other) {
    return binary(Binary.Kind.NE, other);
  }

  default Value lt(Value other) {
    return binary(Binary.Kind.LT, other);
  }

  default Value lt(double other) {
    return binary(Binary.Kind.LT, other);
  }

  default Value le(Value other) {
    return binary(Binary.Kind.LE, other);
  }

  default Value le(double other) {
    return binary(Binary.Kind.LE, other);
  }

  default Value gt(Value other) {
    return binary(Binary.Kind.GT, other);
  }

  default Value gt(double other) {
    return binary(Binary.Kind.GT, other);
  }

  default Value ge(Value other) {
    return binary(Binary.Kind.GE, other);
  }

  default Value ge(double other) {
    return binary(Binary.Kind.GE, other);
  }

  default Value and(Value other) {
    return binary(Binary.Kind.AND, other);
  }

  default Value or(Value other) {
    return binary(Binary.Kind.OR, other);
  }

  default Value xor(Value other) {
    return binary(Binary.Kind.XOR, other);
  }

  /// Elementwise `this ? a : b` for a `bool`; all three broadcast.
  default Value select(Value a, Value b) {
    var shape =
        Value.broadcast("select", self().broadcastTo(Value.broadcast("select", self(), a)), b);
    return self()
        .broadcastTo(shape)
        .apply(new Select(), a.broadcastTo(shape), b.broadcastTo(shape));
  }

  /// Elementwise `condition ? this : other`.
  default Value where(Value condition, double other) {
    return condition.select(self(), self().scalar(other));
  }

  /// Converts the elements; see [Cast].
  default Value cast(DType dtype) {
    return self().dtype() == dtype ? self() : self().apply(new Cast(dtype));
  }

  /// `this * this`.
  default Value square() {
    return mul(self());
  }

  /// Limited to `[low, high]`.
  default Value clamp(double low, double high) {
    return maximum(low).minimum(high);
  }

  /// One-hot rows of integers: `y[..., c] = (this[...] == c)`, of element type `dtype`.
  default Value oneHot(int classes, DType dtype) {
    return oneHot(classes).cast(dtype);
  }

  /// One-hot rows of integers as `bool`.
  default Value oneHot(int classes) {
    var index = cast(DType.I32).expandDims(-1);
    var shape = index.shape().with(index.rank() - 1, classes);
    return Value.iota(self().builder(), index.type().with(shape), -1).eq(index);
  }
}

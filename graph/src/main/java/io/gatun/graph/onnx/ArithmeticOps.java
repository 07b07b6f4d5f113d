package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/// Arithmetic of two and more operands: with NumPy's broadcasting, before opset 7 with the older
/// rule that an attribute asks for.
final class ArithmeticOps {
  private ArithmeticOps() {}

  static void register(Registry r) {
    r.one("Add", c -> wrapped(c, Value::add));
    r.one("Sub", c -> wrapped(c, Value::sub));
    r.one("Mul", c -> wrapped(c, Value::mul));
    r.one("Div", c -> isLong(c) ? binary(c, Unsigned::quotient) : wrapped(c, Value::div));
    r.one("Pow", ArithmeticOps::pow);
    r.one("Mod", ArithmeticOps::mod);
    r.one("Max", c -> extreme(c, Value::maximum));
    r.one("Min", c -> extreme(c, Value::minimum));
    r.one("Sum", c -> fold(c, Value::add));
    r.one("Mean", c -> fold(c, Value::add).div(c.inputs()));
    r.one("PRelu", ArithmeticOps::prelu);
    r.one("Equal", c -> binary(c, Value::eq));
    r.one("Less", c -> compare(c, Value::lt));
    r.one("Greater", c -> compare(c, Value::gt));
    r.one("LessOrEqual", c -> compare(c, Value::le));
    r.one("GreaterOrEqual", c -> compare(c, Value::ge));
    r.one("And", c -> binary(c, Value::and));
    r.one("Or", c -> binary(c, Value::or));
    r.one("Xor", c -> binary(c, Value::xor));
    r.one("BitwiseAnd", c -> binary(c, Value::and));
    r.one("BitwiseOr", c -> binary(c, Value::or));
    r.one("BitwiseXor", c -> binary(c, Value::xor));
    r.one("BitShift", ArithmeticOps::shift);
    r.one("Where", c -> c.in(0).select(c.in(1), c.in(2)));
  }

  private static Value binary(Call c, BinaryOperator<Value> f) {
    return f.apply(c.in(0), second(c));
  }

  private static Value compare(Call c, BinaryOperator<Value> f) {
    return f.apply(ordered(c, c.in(0)), ordered(c, second(c)));
  }

  private static Value extreme(Call c, BinaryOperator<Value> f) {
    return c.rest(0).stream()
        .map(x -> ordered(c, x))
        .reduce(f)
        .map(x -> ordered(c, x))
        .orElseThrow(() -> OnnxException.of("wants an input"));
  }

  private static boolean isLong(Call c) {
    return c.type(0) == ElementType.UINT64;
  }

  /// Such that signed comparisons order the first input's elements right; twice, the same again.
  static Value ordered(Call c, Value x) {
    return isLong(c) ? Unsigned.ordered(x) : x;
  }

  private static Value wrapped(Call c, BinaryOperator<Value> f) {
    return wrap(c.type(0), binary(c, f));
  }

  /// The low bits of an unsigned integer that a wider type holds.
  static Value wrap(ElementType type, Value value) {
    return switch (type) {
      case UINT16 -> value.and(value.scalar(0xffff));
      case UINT32 -> value.and(value.scalar(0xffffffffL));
      case ElementType _ -> value;
    };
  }

  /// The second operand. Before opset 7 its axes stand under those of the first from `axis` on.
  private static Value second(Call c) {
    var y = c.in(1);
    if (c.opset() >= 7 || !c.attributes().flag("broadcast", false)) return y;
    int rank = c.in(0).rank();
    int axis = c.attributes().integer("axis", rank - y.rank());
    var dims = new ArrayList<>(y.shape().dims());
    int at = axis < 0 ? axis + rank : axis;
    OnnxException.check(
        at >= 0 && at <= rank - y.rank(),
        "attribute axis: %s does not fit under %s from axis %d on",
        y.type(),
        c.in(0).type(),
        axis);
    while (dims.size() < rank - at) dims.add(1);
    return y.reshape(new Shape(dims));
  }

  private static Value fold(Call c, BinaryOperator<Value> f) {
    return c.rest(0).stream().reduce(f).orElseThrow(() -> OnnxException.of("wants an input"));
  }

  /// The result has the type of the base. Integers go through `f64`.
  private static Value pow(Call c) {
    var x = c.in(0);
    var power = c.ifKnown(1).filter(p -> p.size() == 1 && c.in(1).rank() <= x.rank());
    if (power.isPresent() && x.dtype().isFloat()) {
      double p = power.get().at(0);
      if (p == 1) return x;
      if (p == 2) return x.square();
      if (p == 3) return x.square().mul(x);
      if (p == 0.5) return x.sqrt();
      if (p == -0.5) return x.rsqrt();
    }
    if (x.dtype().isFloat()) return x.pow(second(c).cast(x.dtype()));
    return x.cast(DType.F64).pow(second(c).cast(DType.F64)).cast(x.dtype());
  }

  /// With the divisor's sign, or by `fmod` with the dividend's.
  private static Value mod(Call c) {
    var y = c.in(1);
    if (isLong(c)) return Unsigned.remainder(c.in(0), y);
    var remainder = c.in(0).rem(y);
    if (c.attributes().flag("fmod", false)) return remainder;
    var differs = remainder.lt(0).xor(y.lt(0)).and(remainder.ne(0));
    return differs.select(remainder.add(y), remainder);
  }

  /// The slope broadcasts to `x`; before opset 7 it belongs to axis 1.
  private static Value prelu(Call c) {
    var x = c.in(0);
    var slope = c.in(1);
    if (c.opset() < 7 && slope.rank() == 1 && slope.dim(0) > 1 && x.rank() > 1) {
      var dims = new ArrayList<>(List.of(slope.dim(0)));
      while (dims.size() < x.rank() - 1) dims.add(1);
      slope = slope.reshape(new Shape(dims));
    }
    return x.lt(0).select(x.mul(slope), x);
  }

  /// By a product with or a quotient by a power of two. A shift by the width and more leaves the
  /// sign only, as does one by a negative number.
  private static Value shift(Call c) {
    var type = c.type(0);
    var x = c.in(0).cast(DType.I64);
    var by = c.in(1).cast(DType.I64);
    var powers = c.constant(NdArray.ofLongs(TensorType.of(DType.I64, 64), (int i) -> 1L << i));
    var beyond = by.lt(0).or(by.ge(type.bits()));
    if (c.attributes().text("direction", "").equals("LEFT")) {
      var y = x.mul(powers.take(by, 0));
      return wrap(type, beyond.select(y.scalar(0), y)).cast(c.in(0).dtype());
    }
    boolean signed = type.least() < 0;
    // Of a negative number the complement is shifted; the top bit of a UINT64 is shifted apart.
    var isNegative = x.lt(0);
    var magnitude = signed ? isNegative.select(x.not(), x) : x;
    var mask = c.constant(NdArray.ofLongs(TensorType.of(DType.I64), Long.MAX_VALUE));
    var shifted = magnitude.and(mask).div(powers.take(by, 0));
    var top = isNegative.select(powers.take(by.neg().add(63), 0), x.scalar(0));
    var y = beyond.select(x.scalar(0), signed ? shifted : shifted.add(top));
    return (signed ? isNegative.select(y.not(), y) : y).cast(c.in(0).dtype());
  }
}

package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Conversions between element types, strings included.
final class CastOps {
  private CastOps() {}

  static void register(Registry r) {
    r.any("Cast", c -> cast(c, target(c)));
    r.any("CastLike", c -> cast(c, c.isText(1) ? ElementType.STRING : c.type(1)));
  }

  /// A number, or before opset 6 a name.
  private static ElementType target(Call c) {
    return c.opset() < 6
        ? ElementType.valueOf(c.attributes().text("to", ""))
        : ElementType.of(c.attributes().integer("to", 0));
  }

  private static List<OnnxValue> cast(Call c, ElementType to) {
    boolean saturate = c.attributes().flag("saturate", true);
    if (c.isText(0)) {
      return List.of(to == ElementType.STRING ? c.any(0) : parse(c, TextOps.strings(c, 0), to));
    }
    if (to == ElementType.STRING) return List.of(new OnnxValue.Strings(print(c)));
    OnnxException.check(to.isTensor(), "a cast to %s is not supported", to);
    var x = c.in(0);
    if (c.type(0) == ElementType.UINT64 && to.dtype().isFloat()) x = Unsigned.toDouble(x);
    return List.of(new OnnxValue.Tensor(convert(c, x, to, saturate), to));
  }

  private static OnnxValue parse(Call c, StringArray strings, ElementType to) {
    var type = new TensorType(to.dtype(), strings.shape());
    var texts = strings.elements();
    var array =
        to.dtype().isFloat()
            ? NdArray.of(type, i -> number(texts.get(i)))
            : NdArray.ofLongs(type, i -> integer(texts.get(i)));
    return new OnnxValue.Tensor(convert(c, c.constant(array), to, true), to);
  }

  /// All 64 bits of an integer, signed or not; the whole part of another number.
  private static long integer(String text) {
    String stripped = text.strip();
    if (!stripped.matches("[+-]?[0-9]{1,20}")) return (long) number(text);
    return new BigInteger(stripped).longValue();
  }

  /// As Java's own parser, and `inf`, `INF`, `nan` besides.
  private static double number(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default -> {
        try {
          yield Double.parseDouble(lower);
        } catch (NumberFormatException e) {
          throw new OnnxException("input 0: \"" + text + "\" is no number", e);
        }
      }
    };
  }

  private static StringArray print(Call c) {
    var x = c.known(0);
    return new StringArray(
        x.type().shape(),
        IntStream.range(0, x.size()).mapToObj(i -> print(c.type(0), x, i)).toList());
  }

  /// The shortest decimal that stands for the element, as NumPy prints it.
  private static String print(ElementType type, NdArray x, int i) {
    if (x.type().dtype() == DType.BOOL) return x.longAt(i) != 0 ? "True" : "False";
    if (type == ElementType.UINT64) return Long.toUnsignedString(x.longAt(i));
    if (!x.type().dtype().isFloat()) return Long.toString(x.longAt(i));
    double value = x.at(i);
    if (Double.isNaN(value)) return "NaN";
    if (Double.isInfinite(value)) return value > 0 ? "INF" : "-INF";
    String text =
        x.type().dtype() == DType.F64 ? Double.toString(value) : Float.toString((float) value);
    return text.contains("E") ? new BigDecimal(text).stripTrailingZeros().toPlainString() : text;
  }

  /// The elements of `x` as the nearest ones of another type. Integers of a width that the graph
  /// does not have keep their low bits.
  static Value convert(Call c, Value x, ElementType to, boolean saturate) {
    if (to == ElementType.FLOAT8E8M0) {
      String mode = c.attributes().text("round_mode", "up");
      return SmallFloats.powerOfTwo(c, x.cast(DType.F32), mode, saturate);
    }
    if (to.isSmallFloat()) return SmallFloats.nearest(x.cast(DType.F32), to, saturate);
    return switch (to) {
      case UINT16, UINT32 -> {
        var wide = x.cast(x.dtype().isFloat() || to == ElementType.UINT32 ? DType.I64 : DType.I32);
        var bits = wide.and(wide.scalar(to == ElementType.UINT16 ? 0xffff : 0xffffffffL));
        yield bits.cast(to.dtype());
      }
      case UINT8, INT8, INT16 ->
          x.dtype().isFloat() ? x.cast(DType.I32).cast(to.dtype()) : x.cast(to.dtype());
      case UINT64 -> x.dtype().isFloat() ? Unsigned.ofFloat(x) : x.cast(DType.I64);
      case UINT4, INT4, UINT2, INT2 -> nibble(x.cast(DType.I32), to);
      case ElementType _ -> x.cast(to.dtype());
    };
  }

  /// The low bits, signed or not.
  private static Value nibble(Value x, ElementType to) {
    int range = 1 << to.bits();
    var low = x.and(x.scalar(range - 1));
    var value = to.least() < 0 ? low.ge(range / 2).select(low.sub(range), low) : low;
    return value.cast(to.dtype());
  }
}

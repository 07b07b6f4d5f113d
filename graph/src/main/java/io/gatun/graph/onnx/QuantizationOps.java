package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Integers that stand for `(q - zero) * scale`, and products of them.
final class QuantizationOps {
  private QuantizationOps() {}

  static void register(Registry r) {
    r.any("QuantizeLinear", QuantizationOps::quantizeLinear);
    r.any("DequantizeLinear", QuantizationOps::dequantizeLinear);
    r.any("DynamicQuantizeLinear", QuantizationOps::dynamic);
    r.one("MatMulInteger", QuantizationOps::matMulInteger);
    r.one("ConvInteger", QuantizationOps::convInteger);
    r.any("QLinearMatMul", QuantizationOps::qLinearMatMul);
    r.any("QLinearConv", QuantizationOps::qLinearConv);
  }

  /// A scale or zero point spread to the shape of `x`: one number, one for each index of the axis,
  /// or one for each block of `blockSize` indices.
  private static Value spread(Call c, Value p, Value x) {
    if (p.type().size() == 1 && p.rank() <= 1) return p.reshape();
    int axis = x.shape().axis(c.attributes().integer("axis", 1));
    if (p.rank() == 1 && x.rank() >= 1 && c.attributes().integer("block_size", 0) == 0) {
      var dims = new ArrayList<>(Ints.repeat(1, x.rank()));
      dims.set(axis, p.dim(0));
      return p.reshape(new Shape(dims));
    }
    int block =
        c.attributes().integer("block_size", Math.ceilDiv(x.dim(axis), Math.max(1, p.dim(axis))));
    var dims = new ArrayList<>(p.shape().dims());
    dims.add(axis + 1, 1);
    var stretched = new ArrayList<>(dims);
    stretched.set(axis + 1, block);
    var joined = new ArrayList<>(p.shape().dims());
    joined.set(axis, p.dim(axis) * block);
    return p.reshape(new Shape(dims))
        .broadcastTo(new Shape(stretched))
        .reshape(new Shape(joined))
        .slice(axis, 0, x.dim(axis));
  }

  private static List<OnnxValue> quantizeLinear(Call c) {
    var x = c.in(0);
    var type =
        c.has(2)
            ? c.type(2)
            : c.attributes().integer("output_dtype", 0) != 0
                ? ElementType.of(c.attributes().integer("output_dtype", 0))
                : ElementType.UINT8;
    var scale = spread(c, c.in(1), x);
    var precision = wideOf(c, scale);
    var scaled = x.cast(precision).div(scale.cast(precision));
    if (type.isSmallFloat()) {
      boolean saturate = c.attributes().flag("saturate", true);
      return List.of(
          new OnnxValue.Tensor(CastOps.convert(c, scaled.cast(DType.F32), type, saturate), type));
    }
    var zero = c.has(2) ? Optional.of(spread(c, c.in(2), x)) : Optional.<Value>empty();
    return List.of(new OnnxValue.Tensor(quantize(scaled, zero, type), type));
  }

  private static DType wideOf(Call c, Value scale) {
    int precision = c.attributes().integer("precision", 0);
    if (precision != 0) return ElementType.of(precision).dtype();
    return scale.dtype() == DType.F64 ? DType.F64 : DType.F32;
  }

  /// Rounded to the nearest integer, ties to even, and limited to the type.
  private static Value quantize(Value scaled, Optional<Value> zero, ElementType type) {
    var y = scaled.round();
    if (zero.isPresent()) y = y.add(zero.get().cast(y.dtype()));
    var limited = y.clamp(type.least(), type.greatest());
    return limited.cast(DType.I32).cast(type.dtype());
  }

  private static List<OnnxValue> dequantizeLinear(Call c) {
    var x = c.in(0);
    var scale = spread(c, c.in(1), x);
    int wanted = c.attributes().integer("output_dtype", 0);
    var type = wanted == 0 ? c.type(1) : ElementType.of(wanted);
    var precision = scale.dtype() == DType.F64 ? DType.F64 : DType.F32;
    // Integers are subtracted as such: 32 bits do not fit a float.
    var difference = x;
    if (c.has(2) && !c.type(0).isSmallFloat()) {
      var wide = x.cast(DType.I32);
      difference = wide.sub(spread(c, c.in(2), x).cast(DType.I32));
    }
    var y = difference.cast(precision).mul(scale.cast(precision)).cast(type.dtype());
    return List.of(new OnnxValue.Tensor(y, type));
  }

  /// To `uint8` by the range of `x`, zero included: the result, its scale and its zero point.
  private static List<OnnxValue> dynamic(Call c) {
    var x = c.in(0);
    var low = x.min().minimum(0);
    var high = x.max().maximum(0);
    var range = high.sub(low).div(255);
    var scale = range;
    var safe = range.eq(0).select(range.scalar(1), range);
    var zero = low.neg().div(safe).clamp(0, 255).round();
    var y = x.div(safe).round().add(zero).clamp(0, 255);
    return List.of(
        OnnxValue.Tensor.of(y.cast(DType.I32).cast(DType.U8)),
        OnnxValue.Tensor.of(scale),
        OnnxValue.Tensor.of(zero.cast(DType.I32).cast(DType.U8)));
  }

  /// Input `i` less its zero point, as `i32`.
  ///
  /// @param rows whether a vector of zero points belongs to rows, else to columns
  private static Value centred(Call c, int i, int zero, boolean rows) {
    var x = c.in(i).cast(DType.I32);
    if (!c.has(zero)) return x;
    var z = c.in(zero).cast(DType.I32);
    if (rows && z.rank() == 1 && z.dim(0) > 1) z = z.expandDims(1);
    if (z.rank() == 1 && z.dim(0) == 1) z = z.reshape();
    return x.sub(z);
  }

  private static Value matMulInteger(Call c) {
    return MatrixOps.matmul(centred(c, 0, 2, true), centred(c, 1, 3, false));
  }

  /// The zero point of a filter may be one by output channel.
  private static Value centredFilter(Call c, int i, int zero) {
    var w = c.in(i).cast(DType.I32);
    if (!c.has(zero)) return w;
    var z = c.in(zero).cast(DType.I32);
    return w.sub(z.type().size() == 1 ? z.reshape() : byOutput(z, w.rank()));
  }

  private static Value byOutput(Value z, int rank) {
    return z.reshape(new Shape(Ints.join(List.of(z.dim(0)), Ints.repeat(1, rank - 1))));
  }

  private static Value convInteger(Call c) {
    return ConvolutionOps.convolve(c, centred(c, 0, 2, false), centredFilter(c, 1, 3));
  }

  private static List<OnnxValue> qLinearMatMul(Call c) {
    var product = MatrixOps.matmul(centred(c, 0, 2, true), centred(c, 3, 5, false));
    var scaleA = c.in(1);
    if (scaleA.rank() == 1 && scaleA.dim(0) > 1) scaleA = scaleA.expandDims(1);
    var scale =
        single(scaleA)
            .cast(DType.F32)
            .mul(single(c.in(4)).cast(DType.F32))
            .div(single(c.in(6)).cast(DType.F32));
    var type = c.type(7);
    var y = quantize(product.cast(DType.F32).mul(scale), Optional.of(single(c.in(7))), type);
    return List.of(new OnnxValue.Tensor(y, type));
  }

  private static Value single(Value x) {
    return x.type().size() == 1 && x.rank() <= 1 ? x.reshape() : x;
  }

  private static List<OnnxValue> qLinearConv(Call c) {
    var y = ConvolutionOps.convolve(c, centred(c, 0, 2, false), centredFilter(c, 3, 5));
    if (c.has(8)) y = y.add(ConvolutionOps.perChannel(c.in(8), y.rank()));
    var scale = c.in(1).reshape().mul(single(c.in(4))).div(c.in(6).reshape());
    if (scale.rank() == 1) scale = ConvolutionOps.perChannel(scale, y.rank());
    var type = c.type(7);
    var q = quantize(y.cast(DType.F32).mul(scale), Optional.of(c.in(7).reshape()), type);
    return List.of(new OnnxValue.Tensor(q, type));
  }
}

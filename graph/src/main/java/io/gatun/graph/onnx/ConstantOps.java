package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Values made from attributes and from few numbers.
final class ConstantOps {
  private ConstantOps() {}

  static void register(Registry r) {
    r.any("Constant", c -> List.of(constant(c)));
    r.any("ConstantOfShape", ConstantOps::ofShape);
    r.any("EyeLike", ConstantOps::eyeLike);
    r.one("Range", ConstantOps::range);
    r.one("OneHot", ConstantOps::oneHot);
    r.one("Trilu", ConstantOps::trilu);
    r.many("Dropout", ConstantOps::dropout);
  }

  private static OnnxValue constant(Call c) {
    var a = c.attributes();
    if (a.tensor("value").isPresent()) return c.importer().value(a.tensor("value").get());
    var sparse = a.raw("sparse_value").map(AttributeProto::getSparseTensor);
    if (sparse.isPresent()) return c.importer().value(sparse.get());
    if (a.has("value_float")) {
      return OnnxValue.Tensor.of(c.scalar(DType.F32, a.number("value_float", 0)));
    }
    if (a.has("value_int")) {
      long value = a.integer("value_int", 0L);
      return OnnxValue.Tensor.of(c.constant(NdArray.ofLongs(TensorType.of(DType.I64), value)));
    }
    if (a.has("value_ints")) return OnnxValue.Tensor.of(c.vector(a.longs("value_ints")));
    if (a.has("value_floats")) {
      var values = a.numbers("value_floats").stream().mapToDouble(x -> x).toArray();
      return OnnxValue.Tensor.of(c.constant(TensorType.f32(values.length), values));
    }
    if (a.has("value_string")) {
      return new OnnxValue.Strings(
          new StringArray(Shape.of(), List.of(a.text("value_string", ""))));
    }
    if (a.has("value_strings")) {
      var texts = a.texts("value_strings");
      return new OnnxValue.Strings(new StringArray(Shape.of(texts.size()), texts));
    }
    throw OnnxException.of(
        "wants one of value, sparse_value, value_float(s), value_int(s), value_string(s)");
  }

  private static List<OnnxValue> ofShape(Call c) {
    var shape = new Shape(c.ints(0));
    var given = c.attributes().tensor("value");
    if (given.isEmpty()) {
      return List.of(OnnxValue.Tensor.of(c.scalar(DType.F32, 0).broadcastTo(shape)));
    }
    var filling = (OnnxValue.Tensor) c.importer().value(given.get());
    var value = filling.value().reshape().broadcastTo(shape);
    return List.of(new OnnxValue.Tensor(value, filling.type()));
  }

  private static List<OnnxValue> eyeLike(Call c) {
    var shape = c.in(0).shape();
    var type =
        c.attributes().has("dtype")
            ? ElementType.of(c.attributes().integer("dtype", 1))
            : c.type(0);
    int k = c.attributes().integer("k", 0);
    return List.of(new OnnxValue.Tensor(diagonal(c, shape).eq(k).cast(type.dtype()), type));
  }

  /// Column minus row of the last two axes.
  private static Value diagonal(Call c, Shape shape) {
    var matrix = Shape.of(shape.dim(shape.rank() - 2), shape.dim(shape.rank() - 1));
    var type = new TensorType(DType.I32, matrix);
    return c.iota(type, 1).sub(c.iota(type, 0));
  }

  /// `ceil((limit - start) / step)` numbers; all three are known.
  private static Value range(Call c) {
    var type = c.in(0).dtype();
    double start = c.number(0);
    double step = c.number(2);
    OnnxException.check(step != 0, "a step of 0");
    double count = Math.max(0, Math.ceil((c.number(1) - start) / step));
    OnnxException.check(
        count <= Integer.MAX_VALUE,
        "from %s to %s by %s are %s numbers",
        start,
        c.number(1),
        step,
        count);
    var numbers = TensorType.of(type, (int) count);
    if (count == 0) return c.constant(NdArray.of(numbers, _ -> 0.0));
    return c.iota(numbers, 0).mul(c.in(2).reshape()).add(c.in(0).reshape());
  }

  private static Value oneHot(Call c) {
    var indices = c.in(0).cast(DType.I64);
    int depth = (int) c.number(1);
    int axis = c.attributes().integer("axis", -1);
    int at = axis < 0 ? axis + indices.rank() + 1 : axis;
    var wrapped = indices.lt(0).select(indices.add(depth), indices).expandDims(at);
    var shape = wrapped.shape().with(at, depth);
    var classes = c.iota(new TensorType(DType.I64, shape), at);
    var off = c.in(2).index(0, 0);
    var on = c.in(2).index(0, 1);
    return classes.eq(wrapped).select(on, off);
  }

  private static Value trilu(Call c) {
    var x = c.in(0);
    double k = c.has(1) ? c.number(1) : 0;
    int limit = (int) Math.clamp(k, -1e9, 1e9);
    if (x.type().size() == 0) return x;
    var diagonal = diagonal(c, x.shape());
    var keep = c.attributes().flag("upper", true) ? diagonal.ge(limit) : diagonal.le(limit);
    var zero =
        x.dtype() == DType.BOOL
            ? c.constant(NdArray.ofLongs(TensorType.of(DType.BOOL), 0))
            : x.scalar(0);
    return keep.select(x, zero);
  }

  /// In inference nothing is dropped and the mask is all true.
  private static List<Value> dropout(Call c) {
    var x = c.in(0);
    boolean training = c.opset() >= 12 && c.has(2) && c.known(2).longAt(0) != 0;
    double ratio = !training ? 0 : c.has(1) ? c.number(1) : 0.5;
    var all = c.constant(NdArray.ofLongs(TensorType.of(DType.BOOL), 1)).broadcastTo(x.shape());
    if (ratio == 0) return List.of(x, c.opset() < 10 ? all.cast(x.dtype()) : all);
    var mask = RandomOps.draw(c, x.shape()).ge(ratio);
    return List.of(mask.select(x.div(1 - ratio), x.scalar(0)), mask);
  }
}

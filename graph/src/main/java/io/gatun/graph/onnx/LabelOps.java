package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Tables from labels to labels of `ai.onnx.ml`. From numbers to numbers they are compiled; strings
/// must be known.
final class LabelOps {
  private static final String DOMAIN = "ai.onnx.ml:";

  /// Strings or numbers, one for each row of a table.
  private record Column(List<?> elements, ElementType type) {
    boolean isText() {
      return type == ElementType.STRING;
    }
  }

  private LabelOps() {}

  static void register(Registry r) {
    r.any(DOMAIN + "LabelEncoder", 2, LabelOps::encoded);
    r.any(DOMAIN + "LabelEncoder", 1, LabelOps::listed);
    r.any(DOMAIN + "CategoryMapper", LabelOps::categories);
    r.one(DOMAIN + "OneHotEncoder", LabelOps::oneHot);
  }

  private static List<OnnxValue> encoded(Call c) {
    var keys = column(c, "keys");
    var values = column(c, "values");
    OnnxException.check(
        keys.elements().size() == values.elements().size(),
        "there are %d keys and %d values",
        keys.elements().size(),
        values.elements().size());
    return List.of(mapped(c, keys, values, otherwise(c, values)));
  }

  /// A column from the attribute that is there of `NAME_strings`, `_int64s`, `_floats`, `_tensor`.
  private static Column column(Call c, String name) {
    var a = c.attributes();
    if (a.has(name + "_strings")) {
      return new Column(a.texts(name + "_strings"), ElementType.STRING);
    }
    if (a.has(name + "_int64s")) return new Column(a.longs(name + "_int64s"), ElementType.INT64);
    if (a.has(name + "_floats")) return new Column(a.numbers(name + "_floats"), ElementType.FLOAT);
    var tensor =
        a.tensor(name + "_tensor")
            .orElseThrow(() -> OnnxException.of("wants an attribute %s_...", name));
    var type = ElementType.of(tensor.getDataType());
    if (type == ElementType.STRING)
      return new Column(TensorReader.strings(tensor).elements(), type);
    return new Column(numbers(c.importer().tensors().literal(tensor).toNdArray()), type);
  }

  private static List<?> numbers(NdArray array) {
    boolean isFloat = array.type().dtype().isFloat();
    return IntStream.range(0, array.size())
        .<Object>mapToObj(i -> isFloat ? (Object) array.at(i) : (Object) array.longAt(i))
        .toList();
  }

  private static Object otherwise(Call c, Column values) {
    var a = c.attributes();
    if (a.has("default_tensor")) return column(c, "default").elements().getFirst();
    if (values.isText()) return a.text("default_string", "_Unused");
    if (values.type().dtype().isFloat()) return a.number("default_float", -0.0);
    return a.integer("default_int64", -1L);
  }

  private static OnnxValue mapped(Call c, Column keys, Column values, Object otherwise) {
    var rows = new LinkedHashMap<Object, Object>();
    for (int i = 0; i < keys.elements().size(); i++) {
      rows.put(keys.elements().get(i), values.elements().get(i));
    }
    if (keys.isText() || values.isText()) {
      return looked(c, rows, keys.isText(), values.type(), otherwise);
    }
    var x = c.in(0);
    int count = rows.size();
    Call.affordable(x.type().size() * count);
    var type = values.type();
    var known = constant(c, x.dtype(), List.copyOf(rows.keySet()));
    var same = x.expandDims(x.rank()).eq(known);
    // NaN is a key like any other.
    if (x.dtype().isFloat()) same = same.or(x.ne(x).expandDims(x.rank()).and(known.ne(known)));
    // The row that is equal, or one more behind the last.
    var numbers = c.iota(TensorType.of(DType.I32, count), 0);
    var row = same.select(numbers, numbers.filled(count)).min(x.rank());
    var all = new ArrayList<Object>(rows.values());
    all.add(otherwise);
    return new OnnxValue.Tensor(constant(c, type.dtype(), all).take(row, 0), type);
  }

  private static Value constant(Call c, DType dtype, List<?> elements) {
    var type = TensorType.of(dtype, elements.size());
    return c.constant(
        dtype.isFloat()
            ? NdArray.of(type, i -> ((Number) elements.get(i)).doubleValue())
            : NdArray.ofLongs(type, (int i) -> ((Number) elements.get(i)).longValue()));
  }

  private static OnnxValue looked(
      Call c, Map<Object, Object> rows, boolean byText, ElementType type, Object otherwise) {
    var strings = byText ? Optional.of(TextOps.strings(c, 0)) : Optional.<StringArray>empty();
    var shape = strings.map(StringArray::shape).orElseGet(() -> c.in(0).shape());
    List<?> elements =
        strings.<List<?>>map(StringArray::elements).orElseGet(() -> numbers(c.known(0)));
    var found = elements.stream().<Object>map(e -> rows.getOrDefault(e, otherwise)).toList();
    if (type == ElementType.STRING) {
      return new OnnxValue.Strings(
          new StringArray(shape, found.stream().map(String.class::cast).toList()));
    }
    return new OnnxValue.Tensor(constant(c, type.dtype(), found).reshape(shape), type);
  }

  /// Before opset 2: a list of strings, whose places are the numbers.
  private static List<OnnxValue> listed(Call c) {
    var names = c.attributes().texts("classes_strings");
    var places = IntStream.range(0, names.size()).mapToObj(i -> (long) i).toList();
    return between(c, names, places);
  }

  private static List<OnnxValue> categories(Call c) {
    return between(c, c.attributes().texts("cats_strings"), c.attributes().longs("cats_int64s"));
  }

  /// From strings to numbers or from numbers to strings, as the input is.
  private static List<OnnxValue> between(Call c, List<String> names, List<Long> numbers) {
    OnnxException.check(
        names.size() == numbers.size(), "%d strings and %d numbers", names.size(), numbers.size());
    var texts = new Column(names, ElementType.STRING);
    var integers = new Column(numbers, ElementType.INT64);
    boolean fromText = c.isText(0);
    var values = fromText ? integers : texts;
    return List.of(mapped(c, fromText ? texts : integers, values, otherwise(c, values)));
  }

  /// 1 at the category, all 0 where there is none.
  private static Value oneHot(Call c) {
    OnnxException.check(
        c.attributes().flag("zeros", true),
        "attribute zeros: to fail at an unknown category is not supported; export with zeros = 1");
    var labels = Labels.of(c, "cats_int64s", "cats_strings");
    if (labels.names().isEmpty())
      return isEach(c.in(0).cast(DType.I64), c.vector(labels.numbers()));
    var texts = TextOps.strings(c, 0);
    var type = new TensorType(DType.I64, texts.shape());
    var places = NdArray.ofLongs(type, (int i) -> labels.names().indexOf(texts.elements().get(i)));
    return isEach(c.constant(places), c.iota(TensorType.of(DType.I64, labels.size()), 0));
  }

  private static Value isEach(Value x, Value categories) {
    return x.expandDims(x.rank()).eq(categories).cast(DType.F32);
  }
}

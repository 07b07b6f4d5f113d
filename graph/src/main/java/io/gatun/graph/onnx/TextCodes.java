package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Moves strings as numbers: their places in a sorted table of all strings of the call. So what is
/// known to move, compare or sort elements does so with strings, too, also where which string it is
/// depends on data.
final class TextCodes {
  private static final Set<String> OPERATORS =
      Set.of(
          "ArrayFeatureExtractor",
          "Compress",
          "Concat",
          "Equal",
          "Expand",
          "Flatten",
          "Gather",
          "GatherElements",
          "GatherND",
          "OneHot",
          "Reshape",
          "Scatter",
          "ScatterElements",
          "ScatterND",
          "Shape",
          "Size",
          "Slice",
          "Split",
          "Squeeze",
          "Tile",
          "Transpose",
          "Unique",
          "Unsqueeze",
          "Where");

  private TextCodes() {}

  /// Whether a call has strings that are moved so.
  static boolean isMeant(String operator, Call call) {
    if (!OPERATORS.contains(operator.substring(operator.indexOf(':') + 1))) return false;
    for (int i = 0; i < call.inputs(); i++) if (call.isText(i)) return true;
    return false;
  }

  /// The outputs of a call with strings.
  ///
  /// @param types as in [Declarations#types]: an output of the type of an input of strings is one
  static List<OnnxValue> translate(Call call, Translator translator, List<String> types) {
    var distinct = new TreeSet<String>();
    for (int i = 0; i < call.inputs(); i++) if (call.isText(i)) distinct.addAll(texts(call, i));
    var table = List.copyOf(distinct);
    var inputs = new ArrayList<Optional<OnnxValue>>();
    for (int i = 0; i < call.inputs(); i++) {
      inputs.add(
          call.isText(i)
              ? Optional.of(OnnxValue.Tensor.of(codes(call, i, table)))
              : call.has(i) ? Optional.of(call.any(i)) : Optional.empty());
    }
    var outputs = new ArrayList<OnnxValue>();
    for (OnnxValue output : translator.translate(call.with(inputs))) {
      String type = types.get(Math.min(outputs.size(), types.size() - 1));
      boolean isText = Character.isDigit(type.charAt(0)) && call.isText(Integer.parseInt(type));
      outputs.add(
          isText && output instanceof OnnxValue.Tensor(Value codes, ElementType _)
              ? of(call, codes, table)
              : output);
    }
    return outputs;
  }

  private static List<String> texts(Call call, int i) {
    return call.any(i) instanceof OnnxValue.Coded(Value _, List<String> table)
        ? table
        : TextOps.strings(call, i).elements();
  }

  private static Value codes(Call call, int i, List<String> table) {
    var places = new HashMap<String, Integer>();
    for (String text : table) places.put(text, places.size());
    if (call.any(i) instanceof OnnxValue.Coded(Value codes, List<String> own)) {
      return call.vector(own.stream().map(places::get).toList()).take(codes, 0);
    }
    var array = TextOps.strings(call, i);
    return call.constant(
        NdArray.ofLongs(
            new TensorType(DType.I64, array.shape()),
            (int at) -> places.get(array.elements().get(at))));
  }

  /// Known strings as places in their list.
  static OnnxValue of(GraphBuilder builder, StringArray array) {
    var codes = NdArray.ofLongs(new TensorType(DType.I64, array.shape()), (int i) -> i);
    return new OnnxValue.Coded(Value.constant(builder, Literal.of(codes)), array.elements());
  }

  /// The strings of a table at these places; known ones are strings at once.
  static OnnxValue of(Call call, Value codes, List<String> table) {
    var known = call.importer().known().of(codes);
    if (known.isEmpty()) return new OnnxValue.Coded(codes, table);
    var texts = new ArrayList<String>();
    for (long place : known.get().toLongs()) texts.add(table.get((int) place));
    return new OnnxValue.Strings(new StringArray(codes.shape(), texts));
  }
}

package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What ONNX says that its operators take and give, by the first opset that it holds for:
/// attributes, the number of inputs, and the types of outputs. Nothing that a node has is passed
/// over, as no translator reads what it does not know.
///
/// The table beside this class is made by `onnx_operators.py` from the specification.
final class Declarations {
  private static final String TABLE = "operators.txt";

  /// @param types of outputs: the number of an input, a name, or a question mark
  private record Version(
      int inputs, List<String> types, List<String> attributes, List<String> required) {
    static Version of(String inputs, String types, List<String> attributes) {
      return new Version(
          inputs.equals("*") ? Integer.MAX_VALUE : Integer.parseInt(inputs),
          List.of(types.split(",")),
          attributes.stream().map(a -> a.replace("!", "")).toList(),
          attributes.stream().filter(a -> a.endsWith("!")).map(a -> a.replace("!", "")).toList());
    }
  }

  private final Map<String, TreeMap<Integer, Version>> operators = new HashMap<>();

  /// Reads the table: an operator, an opset, the greatest number of inputs or `*`, the types of
  /// outputs, attributes, of which those with an exclamation mark must be there.
  Declarations() {
    try (var stream = Declarations.class.getResourceAsStream(TABLE);
        var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.startsWith("#")).forEach(this::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the table of operators", e);
    }
  }

  private void add(String line) {
    var words = List.of(line.split(" "));
    operators
        .computeIfAbsent(words.get(0), _ -> new TreeMap<>())
        .put(
            Integer.parseInt(words.get(1)),
            Version.of(words.get(2), words.get(3), words.subList(4, words.size())));
  }

  /// Refuses what the operator does not take in the opset, and a node without what it must have.
  ///
  /// @param operator as in [Registry#find]
  /// @throws OnnxException naming the attribute or the number of inputs
  void check(String operator, Call call) {
    var versions = operators.get(operator);
    if (versions == null) return;
    var version = versions.floorEntry(call.opset());
    OnnxException.check(
        version != null,
        "the operator came with opset %d; import that or a later one",
        versions.firstKey());
    var declared = version.getValue();
    for (String attribute : call.attributes().names()) {
      OnnxException.check(
          declared.attributes().contains(attribute),
          "attribute %s is none of this operator's: %s; does the model import the right opset?",
          attribute,
          declared.attributes());
    }
    for (String attribute : declared.required()) {
      OnnxException.check(call.attributes().has(attribute), "wants the attribute %s", attribute);
    }
    OnnxException.check(
        call.inputs() <= declared.inputs() || !call.has(call.inputs() - 1),
        "takes at most %d inputs, got %d",
        declared.inputs(),
        call.inputs());
  }

  /// The outputs with the element types that the operator gives: several are held by one type of
  /// the graph.
  ///
  /// @param operator one that [#check] let pass
  List<OnnxValue> typed(String operator, Call call, List<? extends OnnxValue> outputs) {
    var types = types(operator, call);
    var typed = new ArrayList<OnnxValue>();
    for (int i = 0; i < outputs.size(); i++) {
      typed.add(typed(call, outputs.get(i), types.get(Math.min(i, types.size() - 1))));
    }
    return typed;
  }

  /// For each output the number of the input that has the same type, a type, or a question mark;
  /// the last holds for further ones.
  ///
  /// @param operator one that [#check] let pass
  List<String> types(String operator, Call call) {
    var versions = operators.get(operator);
    return versions == null ? List.of("?") : versions.floorEntry(call.opset()).getValue().types();
  }

  private static OnnxValue typed(Call call, OnnxValue output, String name) {
    if (name.equals("?") || !(output instanceof OnnxValue.Tensor(Value value, ElementType _))) {
      return output;
    }
    boolean isNumber = Character.isDigit(name.charAt(0));
    if (isNumber && !call.hasTensor(Integer.parseInt(name))) return output;
    var type = isNumber ? call.type(Integer.parseInt(name)) : ElementType.valueOf(name);
    return type.dtype() == value.dtype() ? new OnnxValue.Tensor(value, type) : output;
  }
}

package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Attributes of a node by name, typed. Inside of a function a reference stands for the attribute
/// of the call.
final class Attributes {
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  /// @param enclosing the attributes of the function's call; empty outside of functions
  Attributes(NodeProto node, Map<String, AttributeProto> enclosing) {
    for (AttributeProto attribute : node.getAttributeList()) {
      OnnxException.check(
          !attributes.containsKey(attribute.getName()),
          "attribute %s is given twice",
          attribute.getName());
      String reference = attribute.getRefAttrName();
      if (reference.isEmpty()) {
        attributes.put(attribute.getName(), attribute);
      } else if (enclosing.containsKey(reference)) {
        attributes.put(attribute.getName(), enclosing.get(reference));
      }
    }
  }

  Map<String, AttributeProto> all() {
    return Map.copyOf(attributes);
  }

  /// Sorted, so that messages are the same each time.
  List<String> names() {
    return attributes.keySet().stream().sorted().toList();
  }

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  private Optional<AttributeProto> find(String name, AttributeProto.AttributeType type) {
    var attribute = Optional.ofNullable(attributes.get(name));
    attribute.ifPresent(
        a ->
            OnnxException.check(
                a.getType() == type || a.getType() == AttributeProto.AttributeType.UNDEFINED,
                "attribute %s wants to be %s, got %s",
                name,
                type,
                a.getType()));
    return attribute;
  }

  long integer(String name, long otherwise) {
    return find(name, AttributeProto.AttributeType.INT).map(AttributeProto::getI).orElse(otherwise);
  }

  int integer(String name, int otherwise) {
    return Ints.saturate(integer(name, (long) otherwise));
  }

  boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  double number(String name, double otherwise) {
    return find(name, AttributeProto.AttributeType.FLOAT)
        .map(a -> (double) a.getF())
        .orElse(otherwise);
  }

  String text(String name, String otherwise) {
    return find(name, AttributeProto.AttributeType.STRING)
        .map(a -> a.getS().toStringUtf8())
        .orElse(otherwise);
  }

  /// A list of integers, saturated to 32 bits; empty where there is no such attribute.
  Optional<List<Integer>> ints(String name) {
    return find(name, AttributeProto.AttributeType.INTS)
        .map(a -> a.getIntsList().stream().map(Ints::saturate).toList());
  }

  List<Integer> ints(String name, List<Integer> otherwise) {
    return ints(name).orElse(otherwise);
  }

  /// A list of integers; empty where there is no such attribute.
  List<Long> longs(String name) {
    return find(name, AttributeProto.AttributeType.INTS)
        .map(AttributeProto::getIntsList)
        .orElse(List.of());
  }

  /// A list of numbers; empty where there is no such attribute.
  List<Double> numbers(String name) {
    return find(name, AttributeProto.AttributeType.FLOATS)
        .map(a -> a.getFloatsList().stream().map(Float::doubleValue).toList())
        .orElse(List.of());
  }

  /// A list of strings; empty where there is no such attribute.
  List<String> texts(String name) {
    return find(name, AttributeProto.AttributeType.STRINGS)
        .map(a -> a.getStringsList().stream().map(ByteString::toStringUtf8).toList())
        .orElse(List.of());
  }

  Optional<TensorProto> tensor(String name) {
    return find(name, AttributeProto.AttributeType.TENSOR).map(AttributeProto::getT);
  }

  GraphProto graph(String name) {
    return find(name, AttributeProto.AttributeType.GRAPH)
        .map(AttributeProto::getG)
        .orElseThrow(() -> OnnxException.of("wants the attribute %s, a graph", name));
  }

  Optional<AttributeProto> raw(String name) {
    return Optional.ofNullable(attributes.get(name));
  }
}

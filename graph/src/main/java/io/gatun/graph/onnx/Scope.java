package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Names of one graph, those of the graphs around it, the opsets, and the attributes of the
/// function call that it is the body of.
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, Integer> opsets;
  private final Map<String, AttributeProto> attributes;
  private final int depth;
  private final Map<String, OnnxValue> names = new HashMap<>();
  private final Set<String> leftOut = new HashSet<>();

  private Scope(
      Optional<Scope> outer,
      Map<String, Integer> opsets,
      Map<String, AttributeProto> attributes,
      int depth) {
    this.outer = outer;
    this.opsets = opsets;
    this.attributes = attributes;
    this.depth = depth;
  }

  /// The scope of a model's graph.
  static Scope root(List<OperatorSetIdProto> opsets) {
    return new Scope(Optional.empty(), opsets(opsets), Map.of(), 0);
  }

  /// The scope of a graph inside of this one's.
  Scope nested() {
    return new Scope(Optional.of(this), opsets, attributes, depth + 1);
  }

  /// The scope of a function's body, which sees no names from outside.
  Scope function(List<OperatorSetIdProto> opsets, Map<String, AttributeProto> attributes) {
    return new Scope(Optional.empty(), opsets(opsets), attributes, depth + 1);
  }

  private static Map<String, Integer> opsets(List<OperatorSetIdProto> imports) {
    var opsets = new HashMap<String, Integer>();
    for (OperatorSetIdProto opset : imports) {
      int version = Ints.saturate(opset.getVersion());
      var other = opsets.put(domain(opset.getDomain()), version);
      OnnxException.check(
          other == null || other == version,
          "domain \"%s\" is imported with opsets %d and %d",
          opset.getDomain(),
          other,
          version);
    }
    return opsets;
  }

  /// A domain's name, empty for that of ONNX itself.
  static String domain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  /// How many graphs and functions are around.
  int depth() {
    return depth;
  }

  Map<String, AttributeProto> attributes() {
    return attributes;
  }

  Optional<Integer> opset(String domain) {
    return Optional.ofNullable(opsets.get(domain(domain)));
  }

  void put(String name, OnnxValue value) {
    names.put(name, value);
  }

  /// Says that a function's input has no value: nodes that read it have none there.
  void leaveOut(String name) {
    leftOut.add(name);
  }

  /// Whether the name is that of a function's input without a value.
  boolean isLeftOut(String name) {
    if (names.containsKey(name)) return false;
    return leftOut.contains(name) || outer.filter(scope -> scope.isLeftOut(name)).isPresent();
  }

  Optional<OnnxValue> find(String name) {
    return findOwn(name).or(() -> outer.flatMap(scope -> scope.find(name)));
  }

  /// A name of this graph itself.
  Optional<OnnxValue> findOwn(String name) {
    return Optional.ofNullable(names.get(name));
  }
}

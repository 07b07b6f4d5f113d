package io.gatun.graph.onnx.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.tensor.Literal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// One graph from those for several sizes of some dimensions: the same nodes, and instead of the
/// constants that differ what computes them from the shapes of inputs.
final class OpenDimension {
  private final Samples samples;
  private final List<Map<String, Literal>> literals;
  private final Emitter out;
  private final List<Map<String, String>> names;
  private final OpenNumbers numbers;

  private OpenDimension(Samples samples, List<Emitter> graphs) {
    this.samples = samples;
    literals = graphs.stream().map(graph -> graph.initializers().byName()).toList();
    out = graphs.getFirst().nested();
    names = graphs.stream().map(_ -> (Map<String, String>) new HashMap<String, String>()).toList();
    var inputs = graphs.stream().map(graph -> graph.graph().getInputList()).toList();
    numbers =
        new OpenNumbers(
            out,
            samples,
            IntStream.range(0, samples.dimensions()).mapToObj(d -> dimension(inputs, d)).toList());
  }

  /// @param names of the dimensions
  /// @param written the graph for sizes of the dimensions
  /// @throws OnnxException when these differ by more than the dimensions
  static Emitter write(List<String> names, Function<List<Integer>, Emitter> written) {
    if (names.isEmpty() || names.size() > Samples.MOST || Set.copyOf(names).size() < names.size()) {
      throw new OnnxException(
          "%s: 1 to %d dimensions of different names can stay open".formatted(names, Samples.MOST));
    }
    var refusals = new ArrayList<OnnxException>();
    for (var samples : Samples.of(names)) {
      var graphs = samples.sizes().stream().map(written).toList();
      try {
        return new OpenDimension(samples, graphs)
            .merged(graphs.stream().map(graph -> graph.graph().build()).toList());
      } catch (OnnxException e) {
        refusals.add(e);
      }
    }
    throw refusals.getFirst();
  }

  private Emitter merged(List<GraphProto> graphs) {
    merge(graphs, out);
    out.graph().setName(graphs.getFirst().getName());
    out.prune();
    out.initializers().retain(out.read());
    return out;
  }

  private OnnxException refused(String difference) {
    return new OnnxException(
        "\"%s\" cannot stay open: for its sizes %s %s; write the graph for one size"
            .formatted(String.join("\", \"", samples.names()), samples.ranges(), difference));
  }

  /// The dimension as a vector, from the first input that has it.
  private String dimension(List<List<ValueInfoProto>> inputs, int d) {
    for (int i = 0; i < inputs.getFirst().size(); i++) {
      for (int axis = 0; axis < shape(inputs.getFirst().get(i)).getDimCount(); axis++) {
        if (follower(inputs, i, axis).isDimension(d)) {
          return out.add(
              "Shape",
              List.of(inputs.getFirst().get(i).getName()),
              Emitter.integer("start", axis),
              Emitter.integer("end", axis + 1));
        }
      }
    }
    throw refused("no input has \"" + samples.names().get(d) + "\" as a dimension");
  }

  private static TensorShapeProto shape(ValueInfoProto value) {
    return value.getType().getTensorType().getShape();
  }

  private Follower follower(List<List<ValueInfoProto>> values, int i, int axis) {
    var dims = values.stream().map(list -> shape(list.get(i)).getDim(axis).getDimValue()).toList();
    return Follower.of(samples, dims)
        .orElseThrow(
            () ->
                refused(
                    "axis %d of \"%s\" is %s"
                        .formatted(axis, values.getFirst().get(i).getName(), dims)));
  }

  private void merge(List<GraphProto> graphs, Emitter into) {
    var inputs = graphs.stream().map(GraphProto::getInputList).toList();
    into.graph().addAllInput(values(inputs));
    for (int i = 0; i < inputs.getFirst().size(); i++) {
      for (int k = 0; k < graphs.size(); k++) {
        names.get(k).put(inputs.get(k).get(i).getName(), inputs.getFirst().get(i).getName());
      }
    }
    var counts = graphs.stream().map(GraphProto::getNodeCount).distinct().toList();
    for (int i = 0; i < counts.stream().mapToInt(n -> n).min().orElseThrow(); i++) {
      int at = i;
      into.graph().addNode(node(graphs.stream().map(graph -> graph.getNode(at)).toList()));
    }
    if (counts.size() > 1) throw refused("there are " + counts + " nodes");
    var outputs = values(graphs.stream().map(GraphProto::getOutputList).toList());
    into.graph().addAllOutput(outputs);
  }

  private List<ValueInfoProto> values(List<List<ValueInfoProto>> lists) {
    return IntStream.range(0, lists.getFirst().size()).mapToObj(i -> value(lists, i)).toList();
  }

  private ValueInfoProto value(List<List<ValueInfoProto>> lists, int i) {
    var value = lists.getFirst().get(i).toBuilder();
    var shape = value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
    for (int axis = 0; axis < shape.getDimCount(); axis++) {
      var follower = follower(lists, i, axis);
      if (follower.isFixed()) continue;
      shape.getDimBuilder(axis).setDimParam(follower.text(samples.names()));
    }
    return value.build();
  }

  private NodeProto node(List<NodeProto> nodes) {
    var first = nodes.getFirst();
    var types = nodes.stream().map(NodeProto::getOpType).distinct().toList();
    if (types.size() > 1) throw refused("a node is " + types);
    var node = first.toBuilder().clearInput().clearAttribute();
    for (int j = 0; j < first.getInputCount(); j++) {
      int at = j;
      if (nodes.stream().anyMatch(n -> n.getInputCount() <= at)) throw operands(first);
      node.addInput(operand(first, j, nodes.stream().map(n -> n.getInput(at)).toList()));
    }
    for (int j = 0; j < first.getAttributeCount(); j++) {
      int at = j;
      if (nodes.stream().anyMatch(n -> n.getAttributeCount() <= at)) throw operands(first);
      node.addAttribute(attribute(first, nodes.stream().map(n -> n.getAttribute(at)).toList()));
    }
    for (int k = 0; k < nodes.size(); k++) {
      for (int j = 0; j < first.getOutputCount(); j++) {
        names.get(k).put(nodes.get(k).getOutput(j), first.getOutput(j));
      }
    }
    return node.build();
  }

  private OnnxException operands(NodeProto node) {
    return refused("operator " + node.getOpType() + " has other operands or attributes");
  }

  private String operand(NodeProto node, int index, List<String> values) {
    var constants =
        IntStream.range(0, values.size())
            .mapToObj(k -> Optional.ofNullable(literals.get(k).get(values.get(k))))
            .toList();
    if (constants.stream().allMatch(Optional::isPresent)) {
      var all = constants.stream().map(Optional::get).toList();
      boolean isTarget = node.getOpType().equals("Reshape") && index == 1;
      return (isTarget ? numbers.target(all) : numbers.write(all))
          .orElseThrow(
              () ->
                  refused(
                      "a constant of operator %s is %s, which the dimension does not determine"
                          .formatted(node.getOpType(), all.stream().map(Literal::type).toList())));
    }
    var merged =
        IntStream.range(0, values.size())
            .mapToObj(k -> names.get(k).getOrDefault(values.get(k), values.get(k)))
            .distinct()
            .toList();
    if (merged.size() > 1) throw operands(node);
    return merged.getFirst();
  }

  private AttributeProto attribute(NodeProto node, List<AttributeProto> attributes) {
    var first = attributes.getFirst();
    if (first.hasG()) {
      var body = out.nested();
      merge(attributes.stream().map(AttributeProto::getG).toList(), body);
      return Emitter.graph(first.getName(), body.graph().setName(first.getG().getName()).build());
    }
    if (attributes.stream().distinct().count() > 1) {
      throw refused(
          "attribute \"%s\" of operator %s differs".formatted(first.getName(), node.getOpType()));
    }
    return first;
  }
}

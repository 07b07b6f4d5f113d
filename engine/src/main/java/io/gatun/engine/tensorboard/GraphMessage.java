package io.gatun.engine.tensorboard;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/// A graph as a `GraphDef`: a node for each node, and one for each output. Slashes in the names of
/// inputs make groups, such as the parameters of a layer.
final class GraphMessage {
  private static final int MOST_TEXT = 1000;

  private final Map<Node, String> names = new IdentityHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Message message = new Message();

  private GraphMessage() {}

  static Message of(Graph graph) {
    var writer = new GraphMessage();
    for (var node : graph.nodes()) writer.add(node);
    for (var output : graph.outputs()) writer.add(output);
    // VersionDef: a producer that knows `_output_shapes`
    return writer.message.message(4, new Message().integer(1, 22));
  }

  private void add(Node node) {
    var op = operation(node.op());
    var name =
        unique(node.op() instanceof Input input ? legal(input.name()) : op + "_" + node.id());
    names.put(node, name);
    var definition = new Message().text(1, name).text(2, op);
    for (var input : node.inputs()) definition.text(3, names.get(input));
    var text = node.op().text();
    if (text.length() > MOST_TEXT) text = text.substring(0, MOST_TEXT) + " ...";
    attribute(definition, "text", new Message().bytes(2, text.getBytes(StandardCharsets.UTF_8)));
    message.message(1, typed(definition, node.type()));
  }

  private void add(Output output) {
    var updated = output.updates();
    var name = unique((updated.isPresent() ? "updates/" : "outputs/") + legal(output.name()));
    var definition =
        new Message()
            .text(1, name)
            .text(2, updated.isPresent() ? "update" : "output")
            .text(3, names.get(output.node()));
    updated.ifPresent(node -> definition.text(3, names.get(node)));
    message.message(1, typed(definition, output.node().type()));
  }

  private static Message typed(Message definition, TensorType type) {
    attribute(definition, "T", new Message().integer(6, number(type.dtype())));
    var shapes = new Message().message(7, shape(type.shape()));
    attribute(definition, "_output_shapes", new Message().message(1, shapes));
    return definition;
  }

  /// An entry of the map of attributes.
  private static void attribute(Message definition, String key, Message value) {
    definition.message(5, new Message().text(1, key).message(2, value));
  }

  static Message shape(Shape shape) {
    var message = new Message();
    for (int size : shape.dims()) message.message(2, new Message().integer(1, size));
    return message;
  }

  /// The first word of the op's text; a composite by its own name.
  private static String operation(Op op) {
    return legal(op instanceof Composite composite ? composite.name() : op.text().split(" ", 2)[0]);
  }

  /// With the characters only that TensorFlow allows in names: a colon would tell the outputs of a
  /// node apart.
  private static String legal(String name) {
    var text = name.replace(':', '/').replaceAll("[^A-Za-z0-9_./\\-]", "_");
    return text.matches("[A-Za-z0-9.].*") ? text : "n" + text;
  }

  private String unique(String name) {
    var candidate = name;
    for (int i = 1; !taken.add(candidate); i++) candidate = name + "_" + i;
    return candidate;
  }

  /// The number of TensorFlow's `DataType`.
  private static int number(DType dtype) {
    return switch (dtype) {
      case F32 -> 1;
      case F64 -> 2;
      case I32 -> 3;
      case U8 -> 4;
      case I16 -> 5;
      case I8 -> 6;
      case I64 -> 9;
      case BOOL -> 10;
      case BF16 -> 14;
      case F16 -> 19;
    };
  }
}

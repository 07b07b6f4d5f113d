package io.gatun.graph.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the grammar of [GraphText], line by line.
final class GraphParser {
  private final List<String> lines;
  private final Map<Integer, Graph> functions = new HashMap<>();
  private int next;

  GraphParser(String text) {
    lines = text.lines().toList();
  }

  Graph parse() {
    try {
      while (peek().startsWith("function ")) {
        var cursor = new TextCursor(lines.get(next++));
        cursor.expect("function");
        int number = cursor.function();
        cursor.end();
        var body = graph();
        if (functions.put(number, body) != null) {
          throw new GraphException("function @" + number + " is defined twice");
        }
      }
      var graph = graph();
      if (!peek().isEmpty()) {
        next++;
        throw new GraphException("text after the end of the graph");
      }
      return graph;
    } catch (IllegalArgumentException | ArithmeticException e) {
      int line = Math.clamp(next, 1, Math.max(1, lines.size()));
      var text = lines.isEmpty() ? "" : lines.get(line - 1).strip();
      var shown = text.length() > 200 ? text.substring(0, 200) + "..." : text;
      throw new GraphException("line " + line + ": " + e.getMessage() + "\n  " + shown, e);
    }
  }

  /// The next line that says something, stripped, without consuming it; empty at the end.
  private String peek() {
    while (next < lines.size()) {
      var line = lines.get(next).strip();
      if (!line.isEmpty() && !line.startsWith("//")) return line;
      next++;
    }
    return "";
  }

  private Graph graph() {
    var nodes = new ArrayList<Node>();
    var byId = new HashMap<Integer, Node>();
    while (peek().startsWith("%")) {
      var node = node(new TextCursor(lines.get(next++)), byId);
      if (byId.put(node.id(), node) != null) throw new GraphException(node + " is defined twice");
      nodes.add(node);
    }
    if (peek().isEmpty()) throw new GraphException("the text ends without a \"return\"");
    var outputs = outputs(new TextCursor(lines.get(next++)), byId);
    var graph = new Graph(nodes, outputs);
    Verifier.verify(graph);
    return graph;
  }

  private Node node(TextCursor cursor, Map<Integer, Node> byId) {
    int id = cursor.value();
    cursor.expect(":");
    var type = cursor.type();
    cursor.expect("=");
    var op = new OpParser(cursor, type, functions).parse();
    var inputs = new ArrayList<Node>();
    while (cursor.at("%")) inputs.add(defined(cursor, byId));
    cursor.end();
    var rule = op.infer(inputs.stream().map(Node::type).toList());
    GraphException.check(rule.equals(type), "type %s stands where %s is right", type, rule);
    return new Node(id, op, inputs, type);
  }

  private static Node defined(TextCursor cursor, Map<Integer, Node> byId) {
    int id = cursor.value();
    var node = byId.get(id);
    if (node == null) throw new GraphException("%" + id + " is not defined before it is used");
    return node;
  }

  private static List<Output> outputs(TextCursor cursor, Map<Integer, Node> byId) {
    cursor.expect("return");
    var outputs = new ArrayList<Output>();
    while (cursor.at("\"")) {
      var name = cursor.quoted();
      var node = defined(cursor, byId);
      Optional<Node> updates =
          cursor.accept("updates") ? Optional.of(defined(cursor, byId)) : Optional.empty();
      outputs.add(new Output(name, node, updates));
      if (!cursor.accept(",")) break;
    }
    cursor.end();
    return outputs;
  }
}

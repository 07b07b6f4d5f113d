package io.gatun.graph.ir;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Prints graphs as text and parses them back.
///
/// ```
/// text     = { function } graph
/// function = "function" "@" number eol graph          a body or a gradient
/// graph    = { node eol } "return" [ output { "," output } ] eol
/// node     = value ":" type "=" op { value }          op as printed by Op.text
/// output   = name value [ "updates" value ]
/// value    = "%" number
/// ```
/// A composite names its body, and its gradient if it has one, by number: `composite "softmax"
/// version=1 output=0 body=@0 gradient=@1 %3`; a scan its body. Blank lines and lines that start
/// with `//` are skipped.
public final class GraphText {
  private final StringBuilder text = new StringBuilder();
  private final Function<Constant, String> constants;
  private final Map<Graph, Integer> functions = new IdentityHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  private GraphText(Function<Constant, String> constants) {
    this.constants = constants;
  }

  /// One node a line, then the outputs, the functions of composites first. Constants of more than
  /// 64 elements show as a hash, which does not parse.
  public static String print(Graph graph) {
    return print(graph, Constant::text);
  }

  /// As [#print], with every constant in full, long ones in base64: [#parse] gives the same graph.
  public static String printFull(Graph graph) {
    return print(graph, Constant::fullText);
  }

  /// As [#print(Graph)], with other words for constants.
  public static String print(Graph graph, Function<Constant, String> constants) {
    var printer = new GraphText(constants);
    var body = printer.body(graph);
    return printer.text + body;
  }

  /// The graph that [#print] or [#printFull] gives this text for; it has passed the [Verifier].
  ///
  /// @throws GraphException with the number of the line that is not as it should be
  public static Graph parse(String text) {
    return new GraphParser(text).parse();
  }

  /// A node without the numbers of functions.
  static String line(Node node) {
    return head(node) + node.op().text() + operands(node);
  }

  /// The last line of a graph.
  static String line(List<Output> outputs) {
    return "return"
        + outputs.stream()
            .map(
                o ->
                    " "
                        + Quoted.of(o.name())
                        + " "
                        + o.node()
                        + o.updates().map(u -> " updates " + u).orElse(""))
            .collect(Collectors.joining(","));
  }

  private static String head(Node node) {
    return node + ":" + node.type() + " = ";
  }

  private static String operands(Node node) {
    return node.inputs().stream().map(n -> " " + n).collect(Collectors.joining());
  }

  private String body(Graph graph) {
    var lines = new StringBuilder();
    for (Node node : graph.nodes()) {
      lines.append(head(node)).append(op(node.op())).append(operands(node)).append('\n');
    }
    return lines.append(line(graph.outputs())).append('\n').toString();
  }

  private String op(Op op) {
    if (op instanceof Constant constant) return constants.apply(constant);
    if (op instanceof Composite composite) {
      return composite.text()
          + " body=@"
          + function(composite.body())
          + composite.gradient().map(g -> " gradient=@" + function(g)).orElse("");
    }
    if (op instanceof Scan scan) return scan.text() + " body=@" + function(scan.body());
    return op.text();
  }

  /// The number of a function, which is printed when it is first met; equal texts share one.
  private int function(Graph graph) {
    var known = functions.get(graph);
    if (known != null) return known;
    var body = body(graph);
    int number = numbers.getOrDefault(body, numbers.size());
    if (numbers.putIfAbsent(body, number) == null) {
      text.append("function @").append(number).append('\n').append(body);
    }
    functions.put(graph, number);
    return number;
  }
}

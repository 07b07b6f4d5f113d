package io.gatun.graph.ir;

import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/// Checks every invariant of a graph:
/// - nodes come after their operands, each once, with ids of their own;
/// - each type is what the op's rule gives for the operands;
/// - inputs have different names, outputs have different names;
/// - outputs, and the inputs that they update, are nodes of the graph; no input is updated twice;
/// - the bodies of composites and scans are graphs that update nothing; a composite's gradient
/// takes the inputs, all outputs and the cotangent of output 0, and each of its outputs has the
/// name and the type of a float input.
public final class Verifier {
  private static final int CONTEXT = 3;
  private static final int DEPTH = 64;

  private final Set<Graph> verified = Collections.newSetFromMap(new IdentityHashMap<>());

  private Verifier() {}

  /// Checks `graph`.
  ///
  /// @throws GraphException naming the broken invariant, with the text around the spot
  public static void verify(Graph graph) {
    new Verifier().verify(graph, 0);
  }

  private void verify(Graph graph, int depth) {
    GraphException.check(depth <= DEPTH, "bodies are nested deeper than %d", DEPTH);
    if (!verified.add(graph)) return;
    var defined = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    var ids = new HashSet<Integer>();
    var names = new HashSet<String>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      var node = graph.nodes().get(i);
      try {
        GraphException.check(ids.add(node.id()), "%s is defined twice", node);
        for (Node input : node.inputs()) {
          GraphException.check(
              defined.contains(input), "%s reads %s, which is not defined before it", node, input);
        }
        checkType(node);
        if (node.op() instanceof Input input) {
          GraphException.check(
              names.add(input.name()), "two inputs are named %s", Quoted.of(input.name()));
        }
        if (node.op() instanceof Composite composite) checkBodies(composite, depth);
        if (node.op() instanceof Scan scan) checkBody(scan, scan.body(), depth);
      } catch (GraphException e) {
        throw new GraphException(e.getMessage() + "\n" + around(graph, i), e);
      }
      defined.add(node);
    }
    checkOutputs(graph, defined);
  }

  private static void checkType(Node node) {
    TensorType type;
    try {
      type = node.op().infer(node.inputTypes());
    } catch (IllegalArgumentException e) {
      throw new GraphException(e.getMessage(), e);
    }
    GraphException.check(
        type.equals(node.type()),
        "%s has type %s, but %s gives %s",
        node,
        node.type(),
        node.op().text(),
        type);
  }

  private void checkBodies(Composite composite, int depth) {
    var body = composite.body();
    checkBody(composite, body, depth);
    if (composite.gradient().isEmpty()) return;
    var gradient = composite.gradient().get();
    verify(gradient, depth + 1);
    var wanted = new ArrayList<>(body.inputTypes());
    body.outputNodes().forEach(n -> wanted.add(n.type()));
    wanted.add(body.outputs().getFirst().node().type());
    GraphException.check(
        gradient.inputTypes().equals(wanted),
        "the gradient of %s wants inputs %s, has %s",
        composite.text(),
        wanted,
        gradient.inputTypes());
    for (Output output : gradient.outputs()) {
      var type = output.node().type();
      GraphException.check(
          type.dtype().isFloat()
              && body.inputs().stream()
                  .anyMatch(n -> n.op().equals(new Input(output.name(), type))),
          "the gradient of %s gives \"%s\" of type %s, which is no input of the body",
          composite.text(),
          output.name(),
          type);
    }
  }

  private void checkBody(Op op, Graph body, int depth) {
    verify(body, depth + 1);
    GraphException.check(
        body.outputs().stream().allMatch(o -> o.updates().isEmpty()),
        "the body of %s updates an input",
        op.text());
  }

  private static void checkOutputs(Graph graph, Set<Node> defined) {
    var names = new HashSet<String>();
    var updated = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    for (Output output : graph.outputs()) {
      var name = Quoted.of(output.name());
      try {
        GraphException.check(names.add(output.name()), "two outputs are named %s", name);
        GraphException.check(
            defined.contains(output.node()),
            "output %s is %s, which is not in the graph",
            name,
            output.node());
        output
            .updates()
            .ifPresent(
                input -> {
                  GraphException.check(
                      defined.contains(input),
                      "output %s updates %s, which is not in the graph",
                      name,
                      input);
                  GraphException.check(
                      updated.add(input), "%s is updated twice, by output %s too", input, name);
                });
      } catch (GraphException e) {
        throw new GraphException(e.getMessage() + "\n" + around(graph, graph.nodes().size()), e);
      }
    }
  }

  /// The lines around that of node `spot` (or of the outputs, behind the last), which is marked.
  private static String around(Graph graph, int spot) {
    var text = new StringBuilder();
    int size = graph.nodes().size();
    for (int i = Math.max(0, spot - CONTEXT); i <= Math.min(size, spot + CONTEXT); i++) {
      text.append(i == spot ? "> " : "  ")
          .append(
              i == size ? GraphText.line(graph.outputs()) : GraphText.line(graph.nodes().get(i)))
          .append('\n');
    }
    return text.toString();
  }
}

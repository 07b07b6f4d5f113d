package io.gatun.engine.profile;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Places the nodes of a graph in rows from inputs to results: every node one row below its lowest
/// operand, one without operands above its first user; within a row as near to its operands as it
/// can be.
final class GraphLayout {
  /// Column and row of a node.
  record Position(double column, int row) {}

  private final List<Node> shown;
  private final Map<Node, Position> positions = new IdentityHashMap<>();

  /// @param shown the nodes that are placed, in topological order
  GraphLayout(Graph graph, List<Node> shown) {
    this.shown = shown;
    var layers = new ArrayList<List<Node>>();
    depths(graph)
        .forEach(
            (node, depth) -> {
              while (layers.size() <= depth) layers.add(new ArrayList<>());
              layers.get(depth).add(node);
            });
    for (int row = 0; row < layers.size(); row++) place(layers.get(row), row);
  }

  /// Where a node is.
  Position position(Node node) {
    return positions.get(node);
  }

  /// In the order of the columns where nodes would be best, and as far apart as they must; then all
  /// moved so that on the mean none is too far to the right.
  private void place(List<Node> layer, int row) {
    layer.sort(Comparator.comparingDouble(this::centre));
    var columns = new double[layer.size()];
    double error = 0;
    for (int i = 0; i < columns.length; i++) {
      double least = i == 0 ? 0 : columns[i - 1] + 1;
      double best = centre(layer.get(i));
      boolean isFree = !Double.isFinite(best);
      columns[i] = isFree || i > 0 && best < least ? least : best;
      if (!isFree) error += (columns[i] - best) / columns.length;
    }
    for (int i = 0; i < columns.length; i++) {
      positions.put(layer.get(i), new Position(columns[i] - error, row));
    }
  }

  /// What depends on no input of the graph is placed as what has no operands.
  private Map<Node, Integer> depths(Graph graph) {
    Map<Node, Integer> depths = new LinkedHashMap<>();
    Set<Node> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : shown) {
      if (node.inputs().stream().anyMatch(n -> dependent.contains(n) || n.op() instanceof Input)) {
        dependent.add(node);
      }
      depths.put(
          node,
          node.inputs().stream()
              .filter(dependent::contains)
              .mapToInt(n -> depths.get(n) + 1)
              .max()
              .orElse(dependent.contains(node) ? 1 : 0));
    }
    var users = graph.users();
    for (Node node : shown.reversed()) {
      if (dependent.contains(node)) continue;
      int first = users.get(node).stream().mapToInt(depths::get).min().orElse(1);
      depths.put(node, Math.max(0, first - 1));
    }
    return depths;
  }

  /// The mean column of the operands; nodes without any go last.
  private double centre(Node node) {
    return node.inputs().stream()
        .filter(positions::containsKey)
        .mapToDouble(n -> positions.get(n).column())
        .average()
        .orElse(Double.POSITIVE_INFINITY);
  }
}

package io.gatun.graph.plan;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the values that a contraction can compute, element by element, from its result while that
/// is at hand: nothing else that goes into them waits for the contraction.
///
/// What a value waits for is known by its level, the most contractions on a path to it, and by the
/// contraction of that level if there is but one: few values are missed, and a level takes no
/// memory to speak of in the largest graph.
final class Epilogues {
  /// @param level the most contractions on a path to a value
  /// @param last the only contraction of that level before it
  private record Wait(int level, Optional<Node> last) {
    static final Wait NONE = new Wait(0, Optional.empty());

    Wait and(Wait other) {
      if (other.level != level) return other.level > level ? other : this;
      return other.last.equals(last) ? this : new Wait(level, Optional.empty());
    }

    /// Whether this does not wait for a contraction of this level.
    boolean isBefore(Node product, int levelOfProduct) {
      return level < levelOfProduct
          || level == levelOfProduct && last.isPresent() && last.get() != product;
    }
  }

  private final Map<Node, Wait> waits = new HashMap<>();
  private final Map<Node, Node> follows = new HashMap<>();

  private Epilogues() {}

  /// The values of a graph that follow so from a contraction.
  static Set<Node> of(Graph graph) {
    var epilogues = new Epilogues();
    var found = new HashSet<Node>();
    for (Node node : graph.nodes()) {
      if (epilogues.visit(node)) found.add(node);
    }
    return found;
  }

  private boolean visit(Node node) {
    var wait = Wait.NONE;
    for (Node input : node.inputs()) wait = wait.and(waits.get(input));
    if (node.op() instanceof MatMul) {
      waits.put(node, new Wait(wait.level + 1, Optional.of(node)));
      follows.put(node, node);
      return false;
    }
    waits.put(node, wait);
    if (!isBijective(node.op())) return false;
    for (Node input : node.inputs()) {
      Node product = follows.get(input);
      if (product != null
          && input.type().size() == node.type().size()
          && node.inputs().stream().allMatch(i -> isAtHand(i, product))) {
        follows.put(node, product);
        return true;
      }
    }
    return false;
  }

  private boolean isAtHand(Node input, Node product) {
    return follows.get(input) == product
        || waits.get(input).isBefore(product, waits.get(product).level);
  }

  private static boolean isBijective(Op op) {
    return switch (op) {
      case Unary _, Binary _, Select _, Cast _, Reshape _, Transpose _ -> true;
      case Op _ -> false;
    };
  }
}

package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The operands of products in `i32` that are bytes, perhaps less a zero point: `i32(q) - zero`. A
/// processor that multiplies bytes wants them as they are, and any other reads a quarter of the
/// memory: they are widened in the product, never stored wide.
///
/// @param widened the casts and differences on the way from bytes to a product
/// @param zeros the casts on the way from zero points that are bytes
/// @param bytes what the casts of the operands are made of, moved or not
public record ByteOperands(Set<Node> widened, Set<Node> zeros, Set<Node> bytes) {

  /// Those of the products and convolutions of a graph whose operands are both bytes.
  public static ByteOperands of(Graph graph) {
    var widened = new HashSet<Node>();
    var zeros = new HashSet<Node>();
    var bytes = new HashSet<Node>();
    for (Node node : graph.nodes()) {
      boolean isProduct = node.op() instanceof MatMul || node.op() instanceof Conv;
      if (!isProduct || node.type().dtype() != DType.I32) continue;
      var a = path(node.input(0));
      var b = path(node.input(1));
      if (a.isEmpty() || b.isEmpty()) continue;
      for (var path : List.of(a.get(), b.get())) {
        widened.addAll(path);
        bytes.add(source(path.getLast().input(0)));
        for (Node difference : path.subList(0, path.size() - 1)) {
          path(difference.input(1)).filter(p -> p.size() == 1).ifPresent(zeros::addAll);
        }
      }
    }
    return new ByteOperands(Set.copyOf(widened), Set.copyOf(zeros), Set.copyOf(bytes));
  }

  /// Whether a node makes what is wider of bytes, for a product.
  public boolean widens(Node node) {
    return widened.contains(node) || zeros.contains(node);
  }

  /// The differences, if any, and the cast that an operand comes from by movement alone.
  private static Optional<List<Node>> path(Node operand) {
    var path = new ArrayList<Node>();
    for (Node node = source(operand); ; node = source(node.input(0))) {
      path.add(node);
      if (node.op() instanceof Cast) {
        var from = node.input(0).type().dtype();
        return from == DType.I8 || from == DType.U8 ? Optional.of(path) : Optional.empty();
      }
      if (!(node.op() instanceof Binary(var kind)) || kind != Binary.Kind.SUB) {
        return Optional.empty();
      }
    }
  }

  /// What a value is a movement of.
  private static Node source(Node node) {
    while (isMovement(node)) node = node.input(0);
    return node;
  }

  private static boolean isMovement(Node node) {
    return switch (node.op()) {
      case Reshape _, Transpose _, Broadcast _, Slice _, Reverse _ -> true;
      case Pad pad -> pad.value() == 0;
      case Windows windows -> windows.value() == 0;
      case Op _ -> false;
    };
  }
}

package io.gatun.graph.kernel;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Node;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What contractions may compute of an operand while they pack it.
///
/// It is packed perhaps several times, so values may be moved and masked, but not computed. There
/// are two exceptions: differences of integers, quantized values less their zero point; and, in the
/// second operand, products of constants, as filters times the factors of a batch normalization,
/// which are packed once.
///
/// @param buffers what the buffers of loads are
record OperandValues(List<Node> buffers) {
  private static final ExprOp DIFFERENCE = new ExprOp.Bin(Binary.Kind.SUB);
  private static final ExprOp PRODUCT = new ExprOp.Bin(Binary.Kind.MUL);

  /// @throws NotFusable when the first operand is computed
  static void checkFirst(Expr operand) {
    check(values(operand), false);
  }

  /// @throws NotFusable when the second operand is computed
  void checkSecond(Expr operand) {
    var values = values(operand);
    boolean multiplies = values.stream().anyMatch(value -> value.op().equals(PRODUCT));
    check(values, multiplies && values.stream().allMatch(this::isConstant));
  }

  /// Whether a value is no load, or one of what comes from a constant: what moves it joins later.
  private boolean isConstant(Expr value) {
    if (!(value.op() instanceof ExprOp.Load(int buffer, _, _))) return true;
    var node = buffers.get(buffer);
    while (node.inputs().size() == 1) node = node.input(0);
    return node.op() instanceof Constant;
  }

  private static void check(Set<Expr> values, boolean areConstant) {
    for (var value : values) {
      boolean computes =
          value.op() instanceof ExprOp.Un
              || value.op() instanceof ExprOp.Bin
              || value.op() instanceof ExprOp.Draw;
      boolean isMeant =
          value.op().equals(DIFFERENCE) && !value.dtype().isFloat()
              || value.op().equals(PRODUCT) && areConstant;
      if (computes && !isMeant) {
        throw new NotFusable("the contraction would compute its operand while packing it");
      }
    }
  }

  /// What an operand is made of, apart from indices.
  private static Set<Expr> values(Expr operand) {
    var seen = new HashSet<Expr>();
    var work = new ArrayDeque<>(List.of(operand));
    while (!work.isEmpty()) {
      var value = work.pop();
      if (seen.add(value)) work.addAll(value.arguments());
    }
    return seen;
  }
}

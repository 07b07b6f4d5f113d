package io.gatun.engine.cuda.library;

import io.gatun.graph.ir.Input;
import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The correspondence between two contractions that compute the same sums, apart from the names of
/// variables and the order of buffers.
final class SameSums {
  private final Map<Var, Var> variables = new HashMap<>();
  private final Map<Integer, Integer> buffers = new HashMap<>();

  private SameSums() {}

  /// How `one` corresponds to `other`; empty where they differ.
  static Optional<SameSums> of(ContractKernel one, ContractKernel other) {
    var same = new SameSums();
    boolean isSame =
        same.pair(one.batch(), other.batch())
            && same.pair(one.m(), other.m())
            && same.pair(one.n(), other.n())
            && same.pair(one.k(), other.k())
            && same.equal(one.a(), other.a())
            && same.equal(one.b(), other.b());
    return isSame ? Optional.of(same) : Optional.empty();
  }

  /// The other's buffer for an input of this name; empty where there is none.
  Optional<Integer> buffer(ContractKernel one, String name) {
    for (int i = 0; i < one.buffers().size(); i++) {
      boolean isInput =
          one.buffers().get(i).op() instanceof Input input && input.name().equals(name);
      if (isInput) return Optional.ofNullable(buffers.get(i));
    }
    return Optional.empty();
  }

  private boolean pair(List<Var> ones, List<Var> others) {
    if (ones.size() != others.size()) return false;
    for (int i = 0; i < ones.size(); i++) {
      if (ones.get(i).extent() != others.get(i).extent()) return false;
      variables.put(ones.get(i), others.get(i));
    }
    return true;
  }

  private boolean equal(Expr one, Expr other) {
    if (one.dtype() != other.dtype()
        || one.arguments().size() != other.arguments().size()
        || !equal(one.op(), other.op())) {
      return false;
    }
    for (int i = 0; i < one.arguments().size(); i++) {
      if (!equal(one.argument(i), other.argument(i))) return false;
    }
    return true;
  }

  private boolean equal(ExprOp one, ExprOp other) {
    return switch (one) {
      case ExprOp.Load(int buffer, Index offset, var bounds) ->
          other instanceof ExprOp.Load(int otherBuffer, Index otherOffset, var otherBounds)
              && isPair(buffer, otherBuffer)
              && translated(offset).equals(otherOffset)
              && translated(bounds).equals(otherBounds);
      case ExprOp.Within(var bounds) ->
          other instanceof ExprOp.Within(var otherBounds) && translated(bounds).equals(otherBounds);
      case ExprOp.OfIndex _, ExprOp.Draw _ -> false;
      case ExprOp.Number _,
          ExprOp.Un _,
          ExprOp.Bin _,
          ExprOp.Choose _,
          ExprOp.Convert _,
          ExprOp.Folded _ ->
          one.equals(other);
    };
  }

  private boolean isPair(int buffer, int other) {
    if (buffers.containsKey(buffer)) return buffers.get(buffer) == other;
    if (buffers.containsValue(other)) return false;
    buffers.put(buffer, other);
    return true;
  }

  private List<Bound> translated(List<Bound> bounds) {
    return bounds.stream().map(b -> b.of(translated(b.index()))).toList();
  }

  /// The other's index for one of the first.
  Index translated(Index index) {
    return index.renamed(
        variable -> Optional.of(variables.getOrDefault(variable, variable)),
        UnaryOperator.identity());
  }
}

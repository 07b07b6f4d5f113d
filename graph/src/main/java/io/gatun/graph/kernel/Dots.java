package io.gatun.graph.kernel;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The product of one row with a matrix that lies row by row along the sum, such as the query of
/// one token with all keys: each element is the dot product of two runs of memory, so a loop that
/// folds along them reads the matrix once, where a contraction would first turn it over.
public final class Dots {
  private static final long LEAST_SUM = 16;
  private static final long LONGEST_SUM = 4096;

  private Dots() {}

  /// The loop that computes the same; empty for other contractions.
  public static Optional<LoopKernel> of(ContractKernel kernel) {
    long k = ContractKernel.size(kernel.k());
    if (ContractKernel.size(kernel.m()) != 1
        || kernel.k().size() != 1
        || k < LEAST_SUM
        || k > LONGEST_SUM
        || !isAlong(kernel.a(), kernel.k().getFirst())
        || !isAlong(kernel.b(), kernel.k().getFirst())) {
      return Optional.empty();
    }
    var outer = new ArrayList<>(kernel.batch());
    outer.addAll(kernel.m());
    outer.addAll(kernel.n());
    var program = new ArrayList<>(List.of(kernel.a(), kernel.b()));
    kernel.stores().forEach(store -> program.add(store.value()));
    int id = 1 + Exprs.reachable(program).stream().mapToInt(Expr::id).max().orElseThrow();
    var product =
        new Expr(id, new ExprOp.Bin(Binary.Kind.MUL), List.of(kernel.a(), kernel.b()), DType.F32);
    var stage = new LoopKernel.Stage(List.of(new Fold(Reduce.Kind.SUM, product)), List.of());
    return Optional.of(
        new LoopKernel(kernel.buffers(), outer, kernel.k(), List.of(stage), kernel.stores()));
  }

  /// Whether an operand is a plain array of `F32` with its elements side by side along `k`.
  private static boolean isAlong(Expr operand, Var k) {
    return operand.op() instanceof ExprOp.Load(int _, Index offset, var bounds)
        && bounds.isEmpty()
        && operand.dtype() == DType.F32
        && offset.isAffineIn(List.of(k))
        && offset.coefficient(k) == 1;
  }
}

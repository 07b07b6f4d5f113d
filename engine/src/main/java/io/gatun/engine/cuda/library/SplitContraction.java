package io.gatun.engine.cuda.library;

import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Exprs;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A contraction in two: its sums, as they are, into an array of their own, which a library can do
/// where it knows nothing of the epilogue, and the epilogue as a loop over them. The array of the
/// sums is the last buffer of both.
public record SplitContraction(ContractKernel sums, LoopKernel epilogue) {
  /// The parts of a contraction, the sums in row-major order of batch, m and n; empty where their
  /// type is none that libraries know.
  public static Optional<SplitContraction> of(ContractKernel kernel) {
    return of(kernel, Index.rowMajor(variables(kernel)));
  }

  /// The parts of a contraction.
  ///
  /// @param offset of each sum in their array, which they fill
  public static Optional<SplitContraction> of(ContractKernel kernel, Index offset) {
    var dtype = kernel.a().dtype();
    if (dtype != DType.F32 && dtype != DType.BF16 && dtype != DType.F16) return Optional.empty();
    long size = ContractKernel.size(variables(kernel));
    if (size > Integer.MAX_VALUE) return Optional.empty();
    var type = new TensorType(dtype, Shape.of((int) size));
    var buffers = new ArrayList<Node>(kernel.buffers());
    buffers.add(new GraphBuilder().add(new Input("sums", type)));
    int last = buffers.size() - 1;
    var sum = new Exprs().add(new ExprOp.Folded(0), List.of(), dtype);
    var sums =
        new ContractKernel(
            buffers,
            kernel.batch(),
            kernel.m(),
            kernel.n(),
            kernel.k(),
            kernel.a(),
            kernel.b(),
            List.of(new Store(last, offset, sum)));
    var exprs = new Exprs();
    var load = new ExprOp.Load(last, offset, List.of());
    var known = new HashMap<Expr, Expr>();
    var stores =
        kernel.stores().stream()
            .map(s -> new Store(s.buffer(), s.offset(), rebuilt(s.value(), load, exprs, known)))
            .toList();
    var stage = new LoopKernel.Stage(List.of(), stores);
    return Optional.of(
        new SplitContraction(
            sums,
            new LoopKernel(buffers, variables(kernel), List.of(), List.of(stage), List.of())));
  }

  /// Bytes of the array of the sums.
  public long bytes() {
    return sums.buffers().getLast().type().bytes();
  }

  private static List<Var> variables(ContractKernel kernel) {
    var variables = new ArrayList<>(kernel.batch());
    variables.addAll(kernel.m());
    variables.addAll(kernel.n());
    return variables;
  }

  /// The expression with the load in the place of the sum.
  private static Expr rebuilt(Expr value, ExprOp load, Exprs exprs, Map<Expr, Expr> known) {
    var made = known.get(value);
    if (made != null) return made;
    var arguments = value.arguments().stream().map(a -> rebuilt(a, load, exprs, known)).toList();
    var op = value.op() instanceof ExprOp.Folded ? load : value.op();
    made = exprs.add(op, arguments, value.dtype());
    known.put(value, made);
    return made;
  }
}

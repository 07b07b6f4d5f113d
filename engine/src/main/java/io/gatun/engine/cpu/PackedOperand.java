package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Exprs;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says what the second operand of a contraction is packed to, apart from how its kernel numbers
/// buffers, variables and expressions: the same of all kernels that pack the same values to the
/// same layout, whatever else they compute.
final class PackedOperand {
  private final Map<Var, Optional<Var>> variables = new HashMap<>();
  private final Map<Expr, Expr> values = new LinkedHashMap<>();
  private final List<Integer> buffers;
  private final List<String> lines = new ArrayList<>();

  private PackedOperand(ContractKernel kernel) {
    buffers = buffers(kernel.b());
    var indices = ContractIndices.of(kernel.b());
    name("batch", kernel.batch(), indices);
    name("n", kernel.n(), indices);
    name("k", kernel.k(), indices);
    var exprs = new Exprs();
    for (var expr : KernelIndices.exprs(kernel.b())) {
      var arguments = expr.arguments().stream().map(values::get).toList();
      var value = exprs.add(renamed(expr.op()), arguments, expr.dtype());
      values.put(expr, value);
      lines.add(value + ":" + expr.dtype() + " = " + value.op() + " " + arguments);
    }
  }

  /// A workspace that a phase packs the operand of a kernel to, once.
  ///
  /// @param layout how the values lie
  static Lowered.Workspace workspace(ContractKernel kernel, Object layout, int slot, long bytes) {
    var operand = new PackedOperand(kernel);
    var form = layout + "\n" + String.join("\n", operand.lines);
    var packed = new Lowered.Packed(form, operand.buffers);
    return new Lowered.Workspace(slot, bytes, Optional.of(packed));
  }

  /// The buffers that an expression is made of, in the order of their numbers here.
  private static List<Integer> buffers(Expr expr) {
    var buffers = new LinkedHashSet<Integer>();
    ContractIndices.loads(expr).forEach(load -> buffers.add(load.buffer()));
    return List.copyOf(buffers);
  }

  /// Names the runs of a dimension, each of which the variables are that act as one.
  private void name(String dimension, List<Var> of, List<Index> indices) {
    if (of.isEmpty()) return;
    for (var run : Axis.of(of, indices).runs()) {
      run.outer().forEach(variable -> variables.put(variable, Optional.empty()));
      int number = lines.size();
      var whole = new Var(number, dimension + number, Math.toIntExact(run.extent()));
      variables.put(run.inner(), Optional.of(whole));
      lines.add(whole + "<" + run.extent());
    }
  }

  private Index renamed(Index index) {
    return index.renamed(v -> variables.getOrDefault(v, Optional.of(v)), values::get);
  }

  private List<Bound> renamed(List<Bound> bounds) {
    return bounds.stream().map(bound -> bound.of(renamed(bound.index()))).toList();
  }

  private ExprOp renamed(ExprOp op) {
    return switch (op) {
      case ExprOp.Load(int buffer, Index offset, var bounds) ->
          new ExprOp.Load(buffers.indexOf(buffer), renamed(offset), renamed(bounds));
      case ExprOp.OfIndex(Index index) -> new ExprOp.OfIndex(renamed(index));
      case ExprOp.Within(var bounds) -> new ExprOp.Within(renamed(bounds));
      case ExprOp.Draw(var kind, Index index) -> new ExprOp.Draw(kind, renamed(index));
      case ExprOp.Number _, ExprOp.Un _, ExprOp.Bin _ -> op;
      case ExprOp.Choose(), ExprOp.Convert(), ExprOp.Folded _ -> op;
    };
  }
}

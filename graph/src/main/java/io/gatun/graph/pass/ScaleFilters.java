package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/// Computes constant filters times constant factors along their last axis, as batch normalizations
/// leave them. For targets that pack nothing once, and would multiply in each run; [FoldConstants]
/// evaluates by the reference, which large filters take too long for.
public record ScaleFilters() implements Pass {
  @Override
  public String name() {
    return "scale-filters";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) ->
            scaled(rewriter.builder(), node, operands)
                .orElseGet(() -> rewriter.builder().add(node.op(), operands)));
  }

  private static Optional<Node> scaled(GraphBuilder builder, Node node, List<Node> operands) {
    boolean isProduct = node.op().equals(new Binary(Binary.Kind.MUL));
    if (!isProduct || node.type().dtype() != DType.F32) return Optional.empty();
    for (int i = 0; i < 2; i++) {
      var filter = operands.get(i);
      var factors = factors(operands.get(1 - i));
      var source = filter.op() instanceof Transpose ? filter.input(0) : filter;
      if (factors.isEmpty() || !(source.op() instanceof Constant(var literal))) continue;
      int last = node.type().shape().rank() - 1;
      int axis = filter.op() instanceof Transpose(var permutation) ? permutation.get(last) : last;
      var product = builder.add(new Constant(product(literal, axis, factors.get())));
      Op op = filter.op();
      return Optional.of(op instanceof Transpose ? builder.add(op, product) : product);
    }
    return Optional.empty();
  }

  /// Factors along the last axis.
  private static Optional<Literal> factors(Node node) {
    return node.op() instanceof Broadcast
            && node.input(0).op() instanceof Constant(var literal)
            && literal.type().shape().rank() == 1
            && literal.type().shape().dim(0) == node.type().shape().dims().getLast()
        ? Optional.of(literal)
        : Optional.empty();
  }

  private static Literal product(Literal filter, int axis, Literal factors) {
    var dims = filter.type().shape().dims();
    long inner = 1;
    for (int dim : dims.subList(axis + 1, dims.size())) inner *= dim;
    var data = Arena.ofAuto().allocate(Math.max(1, filter.type().bytes()), 64);
    for (long i = 0; i < filter.type().size(); i++) {
      double factor = factors.at(i / inner % factors.type().size());
      Elements.setDouble(data, DType.F32, i, filter.at(i) * factor);
    }
    // Nothing else reads the file's: its pages are read again if something does.
    if (filter.data().isMapped()) filter.data().unload();
    return Literal.of(filter.type(), data.asSlice(0, filter.type().bytes()));
  }
}

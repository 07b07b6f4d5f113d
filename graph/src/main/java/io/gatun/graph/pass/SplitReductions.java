package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Splits a reduction of many elements to few results into two: parts in parallel, then the parts.
/// So are sums over the leading axes of a large array, of which each part walks whole rows.
/// The outermost reduced axis with a suitable divisor is cut, by a reshape that costs nothing. A
/// sum of sums is also the more precise one.
///
/// @param splitsWholes whether reductions to one number are split too; not where their kernels are
///     cut into parts anyway, those of many arrays in one launch
public record SplitReductions(boolean splitsWholes) implements Pass {
  private static final long FEW_RESULTS = 512;
  private static final long MANY_ELEMENTS = 1 << 14;
  private static final long MANY_ROWS = 512;

  /// Bytes of an array that does not stay in the first-level cache.
  private static final long LARGE = 256 * 1024;

  private static final int WANTED_PARTS = 64;
  private static final int LEAST_PARTS = 8;
  private static final int MOST_PARTS = 512;

  @Override
  public String name() {
    return "split-reductions";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) ->
            node.op() instanceof Reduce reduce && pays(reduce, node)
                ? split(rewriter.builder(), reduce, operands.getFirst())
                : rewriter.builder().add(node.op(), operands));
  }

  private boolean pays(Reduce reduce, Node node) {
    return switch (reduce.kind()) {
      case SUM, PROD, MAX, MIN ->
          node.type().size() > (splitsWholes ? 0 : 1)
              && (node.type().size() < FEW_RESULTS && ratio(node) > MANY_ELEMENTS
                  || keepsRows(reduce, node) && ratio(node) >= MANY_ROWS);
      case ARGMAX, ARGMIN -> false;
    };
  }

  /// Elements that make up one of the result.
  private static long ratio(Node node) {
    return node.input(0).type().size() / node.type().size();
  }

  private static boolean keepsRows(Reduce reduce, Node node) {
    var x = node.input(0).type();
    return x.bytes() >= LARGE
        && reduce.axes().contains(0)
        && !reduce.axes().contains(x.shape().rank() - 1);
  }

  private static Node split(GraphBuilder builder, Reduce reduce, Node x) {
    for (int axis : reduce.axes()) {
      var parts = parts(x.type().shape().dim(axis));
      if (parts.isPresent()) return split(builder, reduce, x, axis, parts.getAsInt());
    }
    return builder.add(reduce, x);
  }

  private static Node split(GraphBuilder builder, Reduce reduce, Node x, int cut, int parts) {
    var shape = x.type().shape();
    var dims = new ArrayList<>(shape.dims());
    dims.set(cut, parts);
    dims.add(cut + 1, shape.dim(cut) / parts);
    var inner = new ArrayList<Integer>();
    for (int axis : reduce.axes()) inner.add(axis < cut ? axis : axis + 1);
    Node split = builder.add(new Reshape(new Shape(dims)), x);
    Node partial = builder.add(new Reduce(reduce.kind(), inner, false), split);
    int position = cut - (int) reduce.axes().stream().filter(axis -> axis < cut).count();
    Node result = builder.add(new Reduce(reduce.kind(), List.of(position), false), partial);
    var wanted = reduce.infer(List.of(x.type())).shape();
    return wanted.equals(result.type().shape()) ? result : builder.add(new Reshape(wanted), result);
  }

  /// The divisor of `dim` that is nearest to the wanted number of parts by ratio.
  private static OptionalInt parts(int dim) {
    int best = 0;
    for (int parts = LEAST_PARTS; parts <= Math.min(dim, MOST_PARTS); parts++) {
      if (dim % parts == 0 && (best == 0 || distance(parts) < distance(best))) best = parts;
    }
    return best == 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private static double distance(int parts) {
    return Math.abs(Math.log((double) parts / WANTED_PARTS));
  }
}

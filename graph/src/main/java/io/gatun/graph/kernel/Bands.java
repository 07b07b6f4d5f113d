package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// A map whose expressions change along one axis, such as the concatenation of four gates: cut into
/// bands of equal width, in each of which it is known which part is read. The loops run over one
/// band and store to all, so that a point costs what its own part costs and no element is masked.
///
/// @param axis the axis that is cut
/// @param width how far a band reaches along it
/// @param count how many bands there are
record Bands(int axis, int width, int count) {
  /// Narrower bands would be worse than masks.
  private static final int LEAST_WIDTH = 16;

  private static final int MOST_BANDS = 8;
  private static final int MOST_STORES = 16;

  /// The bands of a map that stores `stored`, all of the shape `dims`, if its bounds suggest some.
  ///
  /// @param axes the variable of each axis
  static Optional<Bands> of(
      List<Node> stored, List<Integer> dims, List<Var> axes, Collection<Expr> expressions) {
    if (!stored.stream().allMatch(n -> n.type().shape().dims().equals(dims))) {
      return Optional.empty();
    }
    var bounds = new ArrayList<Bound>();
    for (Expr expr : expressions) {
      if (expr.op() instanceof ExprOp.Within(List<Bound> within)) bounds.addAll(within);
    }
    for (int axis = 0; axis < dims.size(); axis++) {
      int extent = dims.get(axis);
      int width = width(axes.get(axis), extent, bounds);
      int count = extent / Math.max(1, width);
      boolean pays = width >= LEAST_WIDTH && count > 1 && count <= MOST_BANDS;
      if (pays && count * stored.size() <= MOST_STORES) {
        return Optional.of(new Bands(axis, width, count));
      }
    }
    return Optional.empty();
  }

  /// The index in band number `band` of the point `index` of the loops.
  List<Index> index(List<Index> index, int band) {
    var moved = new ArrayList<>(index);
    moved.set(axis, index.get(axis).plus((long) band * width));
    return moved;
  }

  /// The greatest width of which all places where a bound begins or ends are multiples.
  private static int width(Var variable, int extent, List<Bound> bounds) {
    var places = new TreeSet<Long>();
    for (Bound bound : bounds) {
      Index index = bound.index();
      if (!index.equals(Index.of(variable).plus(index.constant()))) continue;
      places.add(-index.constant());
      places.add(bound.limit() - index.constant());
    }
    var width = BigInteger.valueOf(extent);
    for (long place : places) {
      if (place > 0 && place < extent) width = width.gcd(BigInteger.valueOf(place));
    }
    return width.intValue();
  }
}

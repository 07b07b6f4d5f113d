package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How a kernel uses the lanes. In a column plan they run along an outer variable, and each lane
/// folds by itself; in a row plan they run along an inner variable and are folded at the end. A
/// unit of work is one index of `tuple` with one block of `width * vectors` lanes (column), or one
/// index of `tuple` (row).
///
/// Where `isCrossed`, something is contiguous along the last variable of the tuple and strided
/// along the lanes (a transposition): that variable then runs inside the blocks of lanes, so that
/// the lines that a block's gathers touch are used up while they are in cache.
record LoopPlan(
    boolean isRow, Var lane, List<Var> tuple, int width, int vectors, boolean isCrossed) {
  private static final Var NONE = new Var(-1, "none", 1);

  static LoopPlan of(LoopKernel kernel, int vectorBytes) {
    long innerPoints = points(kernel.inner());
    var candidates = new ArrayList<Var>(kernel.outer().reversed());
    candidates.addAll(kernel.inner().reversed());
    if (candidates.isEmpty()) return new LoopPlan(false, NONE, List.of(), 1, 1, false);
    Var lane =
        candidates.stream()
            .min(Comparator.comparingDouble(v -> score(kernel, v, vectorBytes, innerPoints)))
            .get();
    boolean isRow = kernel.inner().contains(lane);
    int width = width(kernel, lane, vectorBytes);
    var tuple = new ArrayList<>(kernel.outer());
    tuple.remove(lane);
    var crossing = isRow ? Optional.<Var>empty() : crossing(kernel, lane, tuple);
    crossing.ifPresent(
        v -> {
          tuple.remove(v);
          tuple.add(v);
        });
    int vectors = crossing.isPresent() ? 1 : vectors(kernel, lane, isRow, width);
    return new LoopPlan(isRow, lane, List.copyOf(tuple), width, vectors, crossing.isPresent());
  }

  private static double score(LoopKernel kernel, Var lane, int vectorBytes, long innerPoints) {
    boolean isRow = kernel.inner().contains(lane);
    int width = width(kernel, lane, vectorBytes);
    double lost = (double) Math.ceilDiv(lane.extent(), width) * width / lane.extent();
    // A narrow vector costs as much as a wide one.
    double narrow = 0.15 * vectorBytes / 4 / width;
    double folding = isRow ? 3.0 * kernel.stages().size() / innerPoints * width : 0;
    return (LoopCost.point(kernel, lane) + narrow) * lost + folding;
  }

  /// The variable along which an access that is strided along the lanes is contiguous.
  private static Optional<Var> crossing(LoopKernel kernel, Var lane, List<Var> tuple) {
    if (!kernel.inner().isEmpty()) return Optional.empty();
    return KernelIndices.of(kernel).stream()
        .filter(i -> Math.abs(i.coefficient(lane)) > 16)
        .flatMap(i -> tuple.stream().filter(v -> Math.abs(i.coefficient(v)) == 1))
        .findFirst();
  }

  /// Lanes of the widest type that differs along `lane`, no more than the variable needs.
  private static int width(LoopKernel kernel, Var lane, int vectorBytes) {
    int bytes = 1;
    for (Expr expr : KernelIndices.exprs(kernel)) {
      if (expr.anyVar(lane::equals)) bytes = Math.max(bytes, Registers.bytes(expr.dtype()));
    }
    if (KernelIndices.of(kernel).stream().anyMatch(i -> isVectorIndex(i, lane))) {
      bytes = Math.max(bytes, 4);
    }
    int needed = Integer.highestOneBit(Math.max(1, 2 * lane.extent() - 1));
    return Math.min(vectorBytes / bytes, needed);
  }

  private static boolean isVectorIndex(Index index, Var lane) {
    return !index.isAffineIn(List.of(lane)) || Math.abs(index.coefficient(lane)) > 1;
  }

  private static int vectors(LoopKernel kernel, Var lane, boolean isRow, int width) {
    int folds = kernel.stages().stream().mapToInt(s -> s.folds().size()).max().orElse(0);
    boolean isHeavy = KernelIndices.exprs(kernel).stream().anyMatch(LoopCost::isExpensive);
    int vectors = folds > 2 || isHeavy && folds == 0 ? 2 : 4;
    if (!isRow && !kernel.inner().isEmpty()) {
      // Rows are walked along their whole length, where there are registers for it.
      if (folds == 1 || folds == 2) vectors = 8;
      // Few lanes and long folds: more, smaller units.
      long tuples = points(kernel.outer()) / lane.extent();
      while (vectors > 1 && tuples * lane.extent() < 8L * vectors * width) vectors /= 2;
    }
    return Math.clamp(Math.ceilDiv(lane.extent(), width), 1, vectors);
  }

  int block() {
    return width * vectors;
  }

  /// Blocks of lanes of one index of the tuple; 1 in a row plan.
  long blocks() {
    return isRow ? 1 : Math.ceilDiv(lane.extent(), block());
  }

  long units() {
    return points(tuple) * blocks();
  }

  static long points(List<Var> variables) {
    long points = 1;
    for (Var v : variables) points = Math.multiplyExact(points, (long) v.extent());
    return points;
  }
}

package io.gatun.engine.cli;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// What a plan launches and moves, beside the same lowered graph one operation at a time: a launch
/// for each that computes or moves elements (a reshape and a broadcast do not), which reads its
/// operands whole and writes its result.
///
/// @param launches of one run
/// @param bytes read and written in one run
/// @param singleLaunches of one run, one operation at a time
/// @param singleBytes likewise
record FusionSavings(long launches, long bytes, long singleLaunches, long singleBytes) {
  /// Those of a plan.
  ///
  /// @param launches of one run, as counted: some steps need two
  static FusionSavings of(Plan plan, long launches) {
    return new FusionSavings(
        launches, Cost.of(plan).bytes(), launches(plan.graph()), bytes(plan.graph()));
  }

  private static long launches(Graph graph) {
    long launches = 0;
    var loops = new HashSet<List<Object>>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Scan scan) {
        if (loops.add(List.of(scan.withOutput(0), node.inputs())))
          launches += scan.length() * launches(scan.body());
      } else if (isLaunched(node.op())) {
        launches++;
      }
    }
    return launches;
  }

  private static long bytes(Graph graph) {
    long bytes = 0;
    var loops = new HashSet<List<Object>>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Scan scan) {
        if (loops.add(List.of(scan.withOutput(0), node.inputs())))
          bytes += scan.length() * bytes(scan.body());
      } else if (isLaunched(node.op())) {
        bytes += node.type().bytes();
        for (Node input : node.inputs()) bytes += stored(input).type().bytes();
      }
    }
    return bytes;
  }

  /// What an operand is read from.
  private static Node stored(Node node) {
    while (node.op() instanceof Reshape || node.op() instanceof Broadcast) node = node.input(0);
    return node;
  }

  private static boolean isLaunched(Op op) {
    return !(op instanceof Input
        || op instanceof Constant
        || op instanceof Reshape
        || op instanceof Broadcast);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "fusion: %,d launches instead of %,d (%.0f %% fewer), %,d bytes instead of %,d (%.0f %%"
            + " fewer)",
        launches,
        singleLaunches,
        saved(launches, singleLaunches),
        bytes,
        singleBytes,
        saved(bytes, singleBytes));
  }

  private static double saved(long now, long before) {
    return before == 0 ? 0 : 100.0 * (before - now) / before;
  }
}

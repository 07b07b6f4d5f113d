package io.gatun.graph.plan;

import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.target.Target;

/// Plans as text that reads back. Planning is a function of the lowered graph and the target, so
/// these two are the whole plan: reading runs no pass again, only fusion, order and placement, and
/// gives the same steps, places and kernels.
public final class PlanFile {
  private static final String HEADER = "gatun-plan 1 target ";

  private PlanFile() {}

  /// The plan, its constants included.
  public static String write(Plan plan) {
    return HEADER + plan.target().name() + "\n" + GraphText.printFull(plan.graph());
  }

  /// The plan that [#write] wrote.
  ///
  /// @throws GraphException when the text is not such a plan, naming the line
  public static Plan read(String text) {
    int end = text.indexOf('\n');
    if (end < 0 || !text.startsWith(HEADER)) {
      throw new GraphException("not a plan: the first line must be \"" + HEADER + "NAME\"");
    }
    var target = Target.named(text.substring(HEADER.length(), end).strip());
    return Planner.plan(GraphText.parse(text.substring(end + 1)), target);
  }
}

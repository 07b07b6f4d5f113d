package io.gatun.ptx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Steps that always run one after the other: no guards, no branches, and no way in but the first.
/// A whole warp that nobody watches runs them without asking anything in between.
final class StraightRun {
  /// No steps.
  static final StraightRun NONE = new StraightRun(List.of());

  private final int length;
  private final Step[] steps;

  private StraightRun(List<Step> steps) {
    this.length = steps.size();
    this.steps = FusedMultiplyAdds.join(steps).toArray(Step[]::new);
  }

  /// The runs of a kernel by their first step, NONE at all others.
  ///
  /// @param entered steps that others go to, not only the one before
  static StraightRun[] of(Step[] steps, BitSet entered) {
    var runs = new StraightRun[steps.length];
    Arrays.fill(runs, NONE);
    for (var first = 0; first < steps.length; ) {
      var run = new ArrayList<Step>();
      var end = first;
      while (end < steps.length && isPlain(steps[end]) && (end == first || !entered.get(end))) {
        run.add(steps[end]);
        end++;
      }
      if (!run.isEmpty()) {
        runs[first] = new StraightRun(run);
      }
      first = Math.max(end, first + 1);
    }
    return runs;
  }

  private static boolean isPlain(Step step) {
    return step.control == Step.Control.NONE && step.guard == Step.ALWAYS;
  }

  /// Number of instructions that are counted for it.
  int length() {
    return length;
  }

  /// Runs it for all lanes.
  void execute(Warp warp) {
    for (var step : steps) {
      step.execute(warp, -1);
    }
  }
}

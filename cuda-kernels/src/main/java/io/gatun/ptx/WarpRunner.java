package io.gatun.ptx;

/// The loop that runs a warp up to its next barrier or its end. Lanes that part at a branch run one
/// path after the other and meet again at the branch's immediate post-dominator.
final class WarpRunner {
  private WarpRunner() {}

  static void run(Warp warp) {
    var steps = warp.block.program.steps();
    var runs = warp.block.program.runs();
    var watched = warp.block.watched;
    var watch = warp.block.watch;
    var at = warp.next[warp.depth];
    var meeting = warp.meeting[warp.depth];
    var mask = warp.masks[warp.depth] & warp.alive;
    var count = warp.instructions;
    while (true) {
      while (at == meeting || mask == 0) {
        if (warp.depth == 0) {
          warp.done = true;
          warp.instructions = count;
          if (watched) {
            watch.ended(warp);
          }
          return;
        }
        warp.depth--;
        at = warp.next[warp.depth];
        meeting = warp.meeting[warp.depth];
        mask = warp.masks[warp.depth] & warp.alive;
      }
      if (mask == -1 && !watched && runs[at] != StraightRun.NONE) {
        var run = runs[at];
        run.execute(warp);
        at += run.length();
        count += run.length();
        continue;
      }
      var step = steps[at];
      var active = step.guarded(warp, mask);
      count++;
      if (watched) {
        watch.instruction(warp, step, active, mask);
      }
      switch (step.control) {
        case NONE -> {
          if (active != 0) {
            step.execute(warp, active);
          }
          at++;
        }
        case BRANCH -> {
          var branch = (BranchStep) step;
          if (watched) {
            watch.branch(active, mask);
          }
          if (count > warp.block.mostInstructions) {
            throw spinning(warp, step, mask);
          }
          if (active == mask) {
            at = branch.target();
          } else if (active == 0) {
            at++;
          } else {
            warp.next[warp.depth] = branch.meeting();
            if (branch.meeting() == BranchStep.NEVER) {
              warp.masks[warp.depth] = 0;
            }
            if (at + 1 != branch.meeting()) {
              warp.push(at + 1, branch.meeting(), mask & ~active);
            }
            if (branch.target() != branch.meeting()) {
              warp.push(branch.target(), branch.meeting(), active);
            }
            at = warp.next[warp.depth];
            meeting = warp.meeting[warp.depth];
            mask = warp.masks[warp.depth] & warp.alive;
          }
        }
        case BRANCH_TABLE -> {
          var branch = (BranchStep) step;
          if (watched) {
            watch.branch(active, mask);
          }
          warp.next[warp.depth] = branch.meeting();
          if (branch.meeting() == BranchStep.NEVER) {
            warp.masks[warp.depth] = 0;
          }
          if (active != mask) {
            warp.push(at + 1, branch.meeting(), mask & ~active);
          }
          for (var i = 0; i < branch.count(); i++) {
            var lanes = branch.lanesFor(warp, active, i);
            if (lanes != 0) {
              warp.push(branch.target(i), branch.meeting(), lanes);
            }
          }
          at = warp.next[warp.depth];
          meeting = warp.meeting[warp.depth];
          mask = warp.masks[warp.depth] & warp.alive;
        }
        case EXIT -> {
          warp.alive &= ~active;
          mask &= ~active;
          at++;
        }
        case BARRIER -> {
          at++;
          warp.next[warp.depth] = at;
          warp.masks[warp.depth] = mask;
          warp.instructions = count;
          if (active != 0) {
            step.execute(warp, active);
          }
          if (warp.waiting) {
            return;
          }
        }
      }
    }
  }

  private static GpuFault spinning(Warp warp, Step step, int mask) {
    return warp.fault(
        GpuFault.Kind.SPIN,
        "warp %d ran %d instructions in one block: it seems to wait for something that never comes"
            .formatted(warp.index, warp.block.mostInstructions),
        step,
        Integer.numberOfTrailingZeros(mask));
  }
}

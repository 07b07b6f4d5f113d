package io.gatun.ptx;

import java.util.function.IntBinaryOperator;

/// Operations between the lanes of a warp. They are refused where a lane that shall take part is
/// somewhere else.
final class WarpSteps {
  private WarpSteps() {}

  /// Faults unless exactly the living member lanes are here.
  static void requireConverged(Warp warp, int mask, int members, Step step) {
    var absent = members & warp.alive & ~mask;
    var strangers = mask & ~members;
    if (absent != 0 || strangers != 0) {
      throw warp.fault(
          GpuFault.Kind.UNCONVERGED,
          absent != 0
              ? "%s waits for lanes 0x%08x of warp %d, which took another path"
                  .formatted(step.instruction.opcode(), absent, warp.index)
              : "lanes 0x%08x of warp %d are not in the member mask 0x%08x of %s"
                  .formatted(strangers, warp.index, members, step.instruction.opcode()),
          step,
          Integer.numberOfTrailingZeros(absent != 0 ? mask : strangers));
    }
  }

  private static int members(Warp warp, int row, int mask) {
    return warp.ints[row][Integer.numberOfTrailingZeros(mask)];
  }

  /// `shfl.sync`.
  static final class Shuffle extends Step {
    /// Where a lane reads.
    enum Mode {
      UP,
      DOWN,
      BFLY,
      IDX
    }

    private final Mode mode;
    private final int d;
    private final int predicate;
    private final int a;
    private final int b;
    private final int c;
    private final int members;

    Shuffle(
        PtxInstruction instruction,
        Mode mode,
        int d,
        int predicate,
        int a,
        int b,
        int c,
        int members) {
      super(instruction);
      this.mode = mode;
      this.d = d;
      this.predicate = predicate;
      this.a = a;
      this.b = b;
      this.c = c;
      this.members = members;
      this.counter = Counter.WARP_COLLECTIVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      requireConverged(warp, mask, members(warp, members, mask), this);
      var source = warp.ints[a];
      var inRange = 0;
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        var target = target(warp, lane);
        var inside = isInside(warp, lane, target);
        var from = inside ? target : lane;
        if ((mask >>> from & 1) == 0) {
          throw warp.fault(
              GpuFault.Kind.UNCONVERGED,
              "shuffle reads lane %d of warp %d, which does not take part"
                  .formatted(from, warp.index),
              this,
              lane);
        }
        warp.spare[lane] = source[from];
        inRange |= (inside ? 1 : 0) << lane;
      }
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        warp.ints[d][lane] = warp.spare[lane];
      }
      if (predicate >= 0) {
        warp.setPredicate(predicate, mask, inRange);
      }
    }

    /// The lane that a lane asks for, in its segment or not.
    private int target(Warp warp, int lane) {
      var by = warp.ints[b][lane] & 31;
      var segment = warp.ints[c][lane] >>> 8 & 31;
      return switch (mode) {
        case UP -> lane - by;
        case DOWN -> lane + by;
        case BFLY -> lane ^ by;
        case IDX -> lane & segment | by & ~segment;
      };
    }

    private boolean isInside(Warp warp, int lane, int target) {
      var segment = warp.ints[c][lane] >>> 8 & 31;
      var clamp = warp.ints[c][lane] & 31;
      var last = lane & segment | clamp & ~segment;
      return mode == Mode.UP ? target >= last : target <= last;
    }

    /// The bits of lanes as the shuffle would move them; 0 for lanes that do not take part.
    int shuffled(Warp warp, int mask, int bits) {
      var moved = 0;
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        var target = target(warp, lane);
        var from = isInside(warp, lane, target) ? target : lane;
        moved |= (bits >>> from & 1) << lane;
      }
      return moved;
    }
  }

  /// `vote.sync`.
  static final class Vote extends Step {
    /// What is asked.
    enum Mode {
      ALL,
      ANY,
      UNI,
      BALLOT
    }

    private final Mode mode;
    private final int d;
    private final int predicate;
    private final boolean negated;
    private final int members;

    /// @param d row of a ballot, else predicate
    Vote(
        PtxInstruction instruction, Mode mode, int d, int predicate, boolean negated, int members) {
      super(instruction);
      this.mode = mode;
      this.d = d;
      this.predicate = predicate;
      this.negated = negated;
      this.members = members;
      this.counter = Counter.WARP_COLLECTIVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      requireConverged(warp, mask, members(warp, members, mask), this);
      var bits = warp.predicates[predicate];
      var votes = (negated ? ~bits : bits) & mask;
      if (mode == Mode.BALLOT) {
        for (var q = mask; q != 0; q &= q - 1) {
          warp.ints[d][Integer.numberOfTrailingZeros(q)] = votes;
        }
        return;
      }
      var holds =
          switch (mode) {
            case ALL -> votes == mask;
            case ANY -> votes != 0;
            case UNI, BALLOT -> votes == mask || votes == 0;
          };
      warp.setPredicate(d, mask, holds ? -1 : 0);
    }
  }

  /// `match.sync`: which lanes have the same value.
  static final class Match extends Step {
    private final boolean all;
    private final boolean wide;
    private final int d;
    private final int predicate;
    private final int a;
    private final int members;

    Match(
        PtxInstruction instruction,
        boolean all,
        boolean wide,
        int d,
        int predicate,
        int a,
        int members) {
      super(instruction);
      this.all = all;
      this.wide = wide;
      this.d = d;
      this.predicate = predicate;
      this.a = a;
      this.members = members;
      this.counter = Counter.WARP_COLLECTIVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      requireConverged(warp, mask, members(warp, members, mask), this);
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        var same = 0;
        for (var o = mask; o != 0; o &= o - 1) {
          var other = Integer.numberOfTrailingZeros(o);
          same |= (value(warp, other) == value(warp, lane) ? 1 : 0) << other;
        }
        warp.spare[lane] = all && same != mask ? 0 : same;
      }
      var agreed = warp.spare[Integer.numberOfTrailingZeros(mask)] == mask;
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        warp.ints[d][lane] = warp.spare[lane];
      }
      if (predicate >= 0) {
        warp.setPredicate(predicate, mask, agreed ? -1 : 0);
      }
    }

    private long value(Warp warp, int lane) {
      return wide ? warp.longs[a][lane] : warp.ints[a][lane];
    }
  }

  /// `redux.sync`: reduces a row to one value.
  static final class Reduce extends Step {
    private final IntBinaryOperator operator;
    private final int d;
    private final int a;
    private final int members;

    Reduce(PtxInstruction instruction, IntBinaryOperator operator, int d, int a, int members) {
      super(instruction);
      this.operator = operator;
      this.d = d;
      this.a = a;
      this.members = members;
      this.counter = Counter.WARP_COLLECTIVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      requireConverged(warp, mask, members(warp, members, mask), this);
      var result = warp.ints[a][Integer.numberOfTrailingZeros(mask)];
      for (var q = mask & mask - 1; q != 0; q &= q - 1) {
        result = operator.applyAsInt(result, warp.ints[a][Integer.numberOfTrailingZeros(q)]);
      }
      for (var q = mask; q != 0; q &= q - 1) {
        warp.ints[d][Integer.numberOfTrailingZeros(q)] = result;
      }
    }
  }

  /// `activemask`.
  static final class ActiveMask extends Step {
    private final int d;

    ActiveMask(PtxInstruction instruction, int d) {
      super(instruction);
      this.d = d;
      this.counter = Counter.WARP_COLLECTIVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      for (var q = mask; q != 0; q &= q - 1) {
        warp.ints[d][Integer.numberOfTrailingZeros(q)] = mask;
      }
    }
  }

  /// `bar.warp.sync`: lanes meet, and see each other's writes.
  static final class Synchronize extends Step {
    private final int members;

    Synchronize(PtxInstruction instruction, int members) {
      super(instruction);
      this.members = members;
      this.counter = Counter.CONTROL_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      requireConverged(warp, mask, members(warp, members, mask), this);
      if (warp.block.watched) {
        warp.block.watch.warpSynchronized(warp);
      }
    }
  }
}

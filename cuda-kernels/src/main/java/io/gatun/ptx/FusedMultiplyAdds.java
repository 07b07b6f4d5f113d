package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Several `fma.rn.f32` in a row, as the inner loops of products have them, in one step; four that
/// share a factor in one loop.
final class FusedMultiplyAdds extends Step {
  private static final int OPERANDS = 4;
  private static final int TOGETHER = 4;

  /// Four of each, the result's first.
  private final int[] rows;

  private final boolean floats;

  /// Whether a multiply-add and the next three are one loop.
  private final boolean[] together;

  private FusedMultiplyAdds(AluStep first, IntStream rows) {
    super(first.instruction);
    this.rows = rows.toArray();
    this.floats = first.kind() == RowKind.FLOATS;
    this.together = new boolean[this.rows.length / OPERANDS];
    for (var i = 0; i + TOGETHER <= together.length; ) {
      together[i] = floats && shareFactor(i);
      i += together[i] ? TOGETHER : 1;
    }
  }

  /// The steps, each sequence of multiply-adds among them made one step.
  static List<Step> join(List<Step> steps) {
    var joined = new ArrayList<Step>();
    var sequence = new ArrayList<AluStep>();
    for (var step : steps) {
      if (step instanceof AluStep alu && alu.instruction.opcode().equals("fma.rn.f32")) {
        if (!sequence.isEmpty() && sequence.getFirst().kind() != alu.kind()) {
          close(sequence, joined);
        }
        sequence.add(alu);
      } else {
        close(sequence, joined);
        joined.add(step);
      }
    }
    close(sequence, joined);
    return joined;
  }

  private static void close(List<AluStep> sequence, List<Step> joined) {
    if (!sequence.isEmpty()) {
      var rows = sequence.stream().flatMapToInt(AluStep::rows);
      joined.add(new FusedMultiplyAdds(sequence.getFirst(), rows));
      sequence.clear();
    }
  }

  /// Whether four have their first factor in common and no result is in a row that another of them
  /// reads: all sums so far are brought to the rows of the results before the first is added to.
  private boolean shareFactor(int first) {
    for (var i = first; i < first + TOGETHER; i++) {
      for (var j = first; j < first + TOGETHER; j++) {
        var result = row(j, 0);
        if (row(i, 1) != row(j, 1)
            || row(i, 1) == result
            || row(i, 2) == result
            || i != j && (row(i, 3) == result || row(i, 0) == result)) {
          return false;
        }
      }
    }
    return true;
  }

  private int row(int index, int operand) {
    return rows[OPERANDS * index + operand];
  }

  @Override
  void execute(Warp warp, int mask) {
    for (var i = 0; i < together.length; ) {
      if (together[i]) {
        FloatLoops.addFourProducts(warp, rows, OPERANDS * i);
        i += TOGETHER;
      } else {
        single(warp, OPERANDS * i);
        i++;
      }
    }
  }

  private void single(Warp warp, int at) {
    if (floats) {
      FloatLoops.multiplyAdd(warp, rows[at], rows[at + 1], rows[at + 2], rows[at + 3]);
    } else {
      RowLoops.fmaFloat(warp, rows[at], rows[at + 1], rows[at + 2], rows[at + 3]);
    }
  }
}

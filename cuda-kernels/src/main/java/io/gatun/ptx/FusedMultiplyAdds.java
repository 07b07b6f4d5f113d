package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Several `fma.rn.f32` in a row, as the inner loops of products have them, in one loop.
final class FusedMultiplyAdds extends Step {
  private static final int OPERANDS = 4;

  /// Four of each, the result's first.
  private final int[] rows;

  private FusedMultiplyAdds(PtxInstruction first, IntStream rows) {
    super(first);
    this.rows = rows.toArray();
  }

  /// The steps, each sequence of multiply-adds among them made one step.
  static List<Step> join(List<Step> steps) {
    var joined = new ArrayList<Step>();
    var sequence = new ArrayList<AluStep>();
    for (var step : steps) {
      if (step instanceof AluStep alu && alu.instruction.opcode().equals("fma.rn.f32")) {
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
      joined.add(new FusedMultiplyAdds(sequence.getFirst().instruction, rows));
      sequence.clear();
    }
  }

  @Override
  void execute(Warp warp, int mask) {
    for (var i = 0; i < rows.length; i += OPERANDS) {
      RowLoops.fmaFloat(warp, rows[i], rows[i + 1], rows[i + 2], rows[i + 3]);
    }
  }
}

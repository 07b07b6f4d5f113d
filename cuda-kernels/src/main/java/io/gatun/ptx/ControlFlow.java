package io.gatun.ptx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Basic blocks of a function, and where the lanes of a warp that part at a branch meet again: at
/// the branch's immediate post-dominator.
final class ControlFlow {
  private final PtxFunction function;
  private final int[] blockOf;
  private final List<Integer> starts = new ArrayList<>();
  private final int[][] successors;
  private final int[] meeting;

  ControlFlow(PtxFunction function) {
    this.function = function;
    this.blockOf = new int[function.instructions().size() + 1];
    cut();
    successors = new int[blocks()][];
    for (var block = 0; block < blocks(); block++) {
      successors[block] = successors(block);
    }
    meeting = immediatePostDominators();
  }

  int blocks() {
    return starts.size();
  }

  int start(int block) {
    return starts.get(block);
  }

  /// Index behind the block's last instruction.
  int end(int block) {
    return block + 1 < blocks() ? starts.get(block + 1) : function.instructions().size();
  }

  /// Blocks that may follow; the number [#blocks] stands for the end of the kernel.
  int[] successorsOf(int block) {
    return successors[block];
  }

  /// Index of the instruction where the paths from this branch meet; -1 where they meet at the end
  /// of the kernel only.
  int reconvergence(int instruction) {
    var block = meeting[blockOf[instruction]];
    return block < 0 || block == blocks() ? -1 : start(block);
  }

  /// Index of the instruction a label stands before.
  int target(PtxInstruction branch, PtxOperand operand) {
    var at = operand instanceof PtxOperand.Name(String name) ? function.labels().get(name) : null;
    if (at == null) {
      throw branch.error("unknown label");
    }
    return at;
  }

  private void cut() {
    var instructions = function.instructions();
    var leaders = new BitSet(instructions.size() + 1);
    leaders.set(0);
    for (var i = 0; i < instructions.size(); i++) {
      var instruction = instructions.get(i);
      if (isJump(instruction)) {
        leaders.set(i + 1);
        for (var target : targets(instruction)) {
          leaders.set(target);
        }
      }
    }
    for (var i = 0; i < instructions.size(); i++) {
      if (leaders.get(i)) {
        starts.add(i);
      }
      blockOf[i] = starts.size() - 1;
    }
    blockOf[instructions.size()] = starts.size();
  }

  private static boolean isJump(PtxInstruction instruction) {
    return switch (instruction.base()) {
      case "bra", "brx", "ret", "exit", "trap" -> true;
      default -> false;
    };
  }

  private List<Integer> targets(PtxInstruction instruction) {
    return switch (instruction.base()) {
      case "bra" -> List.of(target(instruction, instruction.operand(0)));
      case "brx" ->
          instruction.operands().stream().skip(1).map(o -> target(instruction, o)).toList();
      default -> List.of();
    };
  }

  private int[] successors(int block) {
    var last = function.instructions().get(end(block) - 1);
    var next = new ArrayList<Integer>();
    if (isJump(last)) {
      for (var target : targets(last)) {
        next.add(blockOf[target]);
      }
      if (next.isEmpty()) {
        next.add(blocks());
      }
      if (last.guard().isPresent()) {
        next.add(block + 1);
      }
    } else {
      next.add(block + 1);
    }
    return next.stream().mapToInt(Integer::intValue).distinct().toArray();
  }

  /// The data-flow formulation: post-dominators of a block are itself and what all its successors
  /// have in common. The immediate one is the strict post-dominator that has most of its own.
  private int[] immediatePostDominators() {
    var exit = blocks();
    var dominators = new BitSet[exit + 1];
    for (var block = 0; block <= exit; block++) {
      dominators[block] = new BitSet(exit + 1);
      dominators[block].set(block == exit ? exit : 0, exit + 1);
    }
    for (var changed = true; changed; ) {
      changed = false;
      for (var block = exit - 1; block >= 0; block--) {
        var common = (BitSet) dominators[successors[block][0]].clone();
        for (var successor : successors[block]) {
          common.and(dominators[successor]);
        }
        common.set(block);
        if (!common.equals(dominators[block])) {
          dominators[block] = common;
          changed = true;
        }
      }
    }
    var immediate = new int[exit];
    for (var block = 0; block < exit; block++) {
      immediate[block] = -1;
      var most = -1;
      for (var other = dominators[block].nextSetBit(0);
          other >= 0;
          other = dominators[block].nextSetBit(other + 1)) {
        if (other != block && dominators[other].cardinality() > most) {
          most = dominators[other].cardinality();
          immediate[block] = other;
        }
      }
    }
    return immediate;
  }
}

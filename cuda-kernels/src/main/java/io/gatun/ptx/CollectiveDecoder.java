package io.gatun.ptx;

import java.util.List;
import java.util.Locale;
import java.util.function.IntBinaryOperator;

/// Decodes what the threads of a warp or of a block do together.
final class CollectiveDecoder {
  private final OperandRows rows;
  private final StepList steps;

  CollectiveDecoder(OperandRows rows, StepList steps) {
    this.rows = rows;
    this.steps = steps;
  }

  private int source(PtxInstruction instruction, int index) {
    return rows.intSource(instruction, instruction.operand(index), PtxType.B32);
  }

  void shuffle(PtxInstruction instruction) {
    var words = instruction.words();
    if (words.size() != 4 || !words.get(1).equals("sync") || !words.get(3).equals("b32")) {
      throw instruction.unknown();
    }
    var mode =
        switch (words.get(2)) {
          case "up", "down", "bfly", "idx" ->
              WarpSteps.Shuffle.Mode.valueOf(words.get(2).toUpperCase(Locale.ROOT));
          default -> throw instruction.unknown();
        };
    steps.add(
        new WarpSteps.Shuffle(
            instruction,
            mode,
            rows.result(instruction, first(instruction), false),
            second(instruction),
            source(instruction, 1),
            source(instruction, 2),
            source(instruction, 3),
            source(instruction, 4)));
  }

  /// The first of two destinations.
  private static PtxOperand first(PtxInstruction instruction) {
    return instruction.operand(0) instanceof PtxOperand.Pair(var first, var _)
        ? first
        : instruction.operand(0);
  }

  /// Predicate of the second destination; -1 where there is none.
  private int second(PtxInstruction instruction) {
    return instruction.operand(0) instanceof PtxOperand.Pair(var _, var second)
            && !(second instanceof PtxOperand.Sink)
        ? rows.predicate(instruction, second)
        : -1;
  }

  void vote(PtxInstruction instruction) {
    var words = instruction.words();
    if (words.size() != 4 || !words.get(1).equals("sync")) {
      throw instruction.unknown();
    }
    var mode =
        switch (words.get(2)) {
          case "all", "any", "uni", "ballot" ->
              WarpSteps.Vote.Mode.valueOf(words.get(2).toUpperCase(Locale.ROOT));
          default -> throw instruction.unknown();
        };
    var d =
        mode == WarpSteps.Vote.Mode.BALLOT
            ? rows.result(instruction, instruction.operand(0), false)
            : rows.predicate(instruction, instruction.operand(0));
    steps.add(
        new WarpSteps.Vote(
            instruction,
            mode,
            d,
            rows.predicate(instruction, instruction.operand(1)),
            OperandRows.isNegated(instruction.operand(1)),
            source(instruction, 2)));
  }

  void match(PtxInstruction instruction) {
    var words = instruction.words();
    if (words.size() != 4 || !words.get(2).equals("sync")) {
      throw instruction.unknown();
    }
    var type = instruction.type();
    steps.add(
        new WarpSteps.Match(
            instruction,
            words.get(1).equals("all"),
            type.bits() == 64,
            rows.result(instruction, first(instruction), false),
            second(instruction),
            rows.source(instruction, instruction.operand(1), type),
            source(instruction, 2)));
  }

  void reduce(PtxInstruction instruction) {
    var words = instruction.words();
    if (words.size() != 4 || !words.get(1).equals("sync") || instruction.type().isFloat()) {
      throw instruction.unknown();
    }
    var signed = instruction.type().isSigned();
    IntBinaryOperator operator =
        switch (words.get(2)) {
          case "add" -> Integer::sum;
          case "min" -> signed ? Math::min : IntegerOperations::minUnsigned;
          case "max" -> signed ? Math::max : IntegerOperations::maxUnsigned;
          case "and" -> (a, b) -> a & b;
          case "or" -> (a, b) -> a | b;
          case "xor" -> (a, b) -> a ^ b;
          default -> throw instruction.unknown();
        };
    steps.add(
        new WarpSteps.Reduce(
            instruction,
            operator,
            rows.result(instruction, instruction.operand(0), false),
            source(instruction, 1),
            source(instruction, 2)));
  }

  void activeMask(PtxInstruction instruction) {
    steps.add(
        new WarpSteps.ActiveMask(
            instruction, rows.result(instruction, instruction.operand(0), false)));
  }

  void barrier(PtxInstruction instruction) {
    if (instruction.has("warp")) {
      steps.add(new WarpSteps.Synchronize(instruction, source(instruction, 0)));
      return;
    }
    for (var word : instruction.words()) {
      switch (word) {
        case "bar",
            "barrier",
            "cta",
            "sync",
            "arrive",
            "red",
            "aligned",
            "popc",
            "and",
            "or",
            "pred",
            "u32" -> {}
        default -> throw instruction.unknown();
      }
    }
    var reduction =
        !instruction.has("red")
            ? BarrierStep.Reduction.NONE
            : instruction.has("popc")
                ? BarrierStep.Reduction.COUNT
                : instruction.has("and") ? BarrierStep.Reduction.AND : BarrierStep.Reduction.OR;
    var count = instruction.operands().size();
    var reduces = reduction != BarrierStep.Reduction.NONE;
    var first = reduces ? 1 : 0;
    var last = reduces ? count - 2 : count - 1;
    if (count == 0 || last < first || last > first + 1) {
      throw instruction.unknown();
    }
    var d =
        !reduces
            ? -1
            : reduction == BarrierStep.Reduction.COUNT
                ? rows.result(instruction, instruction.operand(0), false)
                : rows.predicate(instruction, instruction.operand(0));
    steps.add(
        new BarrierStep(
            instruction,
            !instruction.has("arrive"),
            source(instruction, first),
            last > first ? source(instruction, last) : -1,
            reduction,
            d,
            reduces ? rows.predicate(instruction, instruction.operand(count - 1)) : -1,
            reduces && OperandRows.isNegated(instruction.operand(count - 1))));
  }

  void multiply(PtxInstruction instruction) {
    var words = instruction.words();
    if (words.size() != 10
        || !words.subList(0, 3).equals(List.of("mma", "sync", "aligned"))
        || !words.subList(4, 6).equals(List.of("row", "col"))
        || !words.get(7).equals(words.get(8))
        || !words.get(6).equals(words.get(9))) {
      throw instruction.unknown();
    }
    var k =
        switch (words.get(3)) {
          case "m16n8k4" -> 4;
          case "m16n8k8" -> 8;
          case "m16n8k16" -> 16;
          default -> throw instruction.unknown();
        };
    var format =
        switch (words.get(7)) {
          case "f16" -> MatrixFormat.F16;
          case "bf16" -> MatrixFormat.BF16;
          case "tf32" -> MatrixFormat.TF32;
          default -> throw instruction.unknown();
        };
    var halfSums = words.get(6).equals("f16");
    var per = format.perRegister();
    var most = format == MatrixFormat.TF32 ? 8 : 16;
    if (k > most || k < most / 2 || halfSums && format != MatrixFormat.F16) {
      throw instruction.unknown();
    }
    if (!halfSums && !words.get(6).equals("f32")) {
      throw instruction.unknown();
    }
    var sums = halfSums ? 2 : 4;
    steps.add(
        new MatrixMultiplyStep(
            instruction,
            k,
            format,
            halfSums,
            fragment(instruction, 0, sums),
            fragment(instruction, 1, 16 * k / Lanes.WIDTH / per),
            fragment(instruction, 2, 8 * k / Lanes.WIDTH / per),
            fragment(instruction, 3, sums)));
  }

  private int[] fragment(PtxInstruction instruction, int index, int count) {
    var operand = instruction.operand(index);
    var parts = operand instanceof PtxOperand.Vector(var list) ? list : List.of(operand);
    if (parts.size() != count) {
      throw instruction.error(
          "operand %d has %d registers, not %d".formatted(index, parts.size(), count));
    }
    return parts.stream()
        .mapToInt(
            part ->
                index == 0
                    ? rows.result(instruction, part, false)
                    : rows.intSource(instruction, part, PtxType.B32))
        .toArray();
  }
}

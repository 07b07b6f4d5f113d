package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;

/// Which registers an instruction writes and which it reads.
///
/// @param written destinations
/// @param read sources, bases of addresses included; the guard is not among them
record OperandRoles(List<PtxRegister> written, List<PtxRegister> read) {
  static OperandRoles of(PtxInstruction instruction) {
    var written = new ArrayList<PtxRegister>();
    var read = new ArrayList<PtxRegister>();
    var operands = instruction.operands();
    for (var i = 0; i < operands.size(); i++) {
      collect(operands.get(i), i == 0 && hasDestination(instruction) ? written : read, read);
    }
    return new OperandRoles(written, read);
  }

  private static boolean hasDestination(PtxInstruction instruction) {
    return switch (instruction.base()) {
      case "st",
          "red",
          "bra",
          "brx",
          "membar",
          "fence",
          "cp",
          "ret",
          "exit",
          "trap",
          "prefetch",
          "prefetchu",
          "stmatrix",
          "nanosleep",
          "pmevent",
          "discard",
          "applypriority" ->
          false;
      case "bar", "barrier" -> instruction.has("red");
      default -> true;
    };
  }

  private static void collect(
      PtxOperand operand, List<PtxRegister> registers, List<PtxRegister> bases) {
    switch (operand) {
      case PtxOperand.Register(var register) -> registers.add(register);
      case PtxOperand.Negated(var register) -> registers.add(register);
      case PtxOperand.Memory(var base, var _) -> collect(base, bases, bases);
      case PtxOperand.Vector(var parts) -> parts.forEach(part -> collect(part, registers, bases));
      case PtxOperand.Arguments(var values) ->
          values.forEach(value -> collect(value, registers, bases));
      case PtxOperand.Pair(var first, var second) -> {
        collect(first, registers, bases);
        collect(second, registers, bases);
      }
      case PtxOperand.Special _,
          PtxOperand.Constant _,
          PtxOperand.Bits _,
          PtxOperand.AddressOf _,
          PtxOperand.Sink _,
          PtxOperand.Name _ -> {}
    }
  }
}

package io.gatun.ptx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which registers the steps of an instruction read and write, by number: for [WrittenRegisters].
///
/// @param read the sources; of an instruction that selects or shuffles by place, with
/// [#NO_REGISTER] for constants
/// @param guard number of the predicate that guards it; [#NO_REGISTER] for none
record RegisterUse(int[] read, int[] written, int guard, Flow flow) {
  /// What an instruction does with a value that nothing wrote. Compilers pass on the undefined
  /// halves of their choices, so that copying one is no mistake; what computes with it, takes it
  /// for an address or a condition, or stores it, makes one.
  enum Flow {
    USES,
    /// All sources into all results.
    MOVES,
    /// `selp`: one of two sources, as a predicate says.
    SELECTS,
    /// `shfl`: another lane's source.
    SHUFFLES;

    private static Flow of(PtxInstruction instruction) {
      return switch (instruction.base()) {
        case "mov" -> MOVES;
        case "selp" -> SELECTS;
        case "shfl" -> SHUFFLES;
        default -> USES;
      };
    }
  }

  /// Stands for a register where there is none.
  static final int NO_REGISTER = -1;

  static final RegisterUse NONE = new RegisterUse(new int[0], new int[0], NO_REGISTER, Flow.MOVES);

  /// The registers of a kernel, numbered.
  static final class Numbering {
    private final Map<PtxRegister, Integer> numbers = new HashMap<>();

    RegisterUse of(PtxInstruction instruction) {
      var roles = OperandRoles.of(instruction);
      var flow = Flow.of(instruction);
      var read =
          switch (flow) {
            case USES, MOVES -> numbers(roles.read());
            case SELECTS, SHUFFLES -> places(instruction);
          };
      return new RegisterUse(
          read,
          numbers(roles.written()),
          instruction.guard().map(this::number).orElse(NO_REGISTER),
          flow);
    }

    private int[] places(PtxInstruction instruction) {
      return instruction.operands().stream()
          .skip(1)
          .mapToInt(
              operand ->
                  operand instanceof PtxOperand.Register(var register)
                      ? number(register)
                      : NO_REGISTER)
          .toArray();
    }

    private int[] numbers(List<PtxRegister> registers) {
      return registers.stream().mapToInt(this::number).toArray();
    }

    private int number(PtxRegister register) {
      return numbers.computeIfAbsent(register, _ -> numbers.size());
    }

    int count() {
      return numbers.size();
    }
  }
}

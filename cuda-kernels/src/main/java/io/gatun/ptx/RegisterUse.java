package io.gatun.ptx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which registers the steps of an instruction read and write, by number: for [WrittenRegisters].
///
/// @param guard number of the predicate that guards it; -1 for none
/// @param moves whether it only passes values on, so that it may read what nothing wrote: compilers
///     move the undefined halves of their choices
record RegisterUse(int[] read, int[] written, int guard, boolean moves) {
  static final RegisterUse NONE = new RegisterUse(new int[0], new int[0], -1, true);

  /// The registers of a kernel, numbered.
  static final class Numbering {
    private final Map<PtxRegister, Integer> numbers = new HashMap<>();

    RegisterUse of(PtxInstruction instruction) {
      var roles = OperandRoles.of(instruction);
      return new RegisterUse(
          numbers(roles.read()),
          numbers(roles.written()),
          instruction.guard().map(this::number).orElse(-1),
          instruction.base().equals("mov"));
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

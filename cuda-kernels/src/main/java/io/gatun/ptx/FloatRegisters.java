package io.gatun.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the registers that only ever hold f32 for arithmetic: they are multiplied and added,
/// copied, loaded and stored, and nothing else looks at their bits. Their rows are arrays of
/// floats, whose loops the compiler of the JVM turns into vector instructions, which it does not
/// where bits must be taken for floats first.
///
/// All registers of an instruction have rows of the same kind, so that registers are found in
/// groups that instructions tie together. What a register is declared as does not count: compilers
/// declare floats as `.b32` too.
final class FloatRegisters {
  /// A register of the same group, up to the group's own, which has none.
  private final Map<PtxRegister, PtxRegister> parents = new HashMap<>();

  /// Groups that something else looks at.
  private final Set<PtxRegister> others = new HashSet<>();

  /// Groups that arithmetic is done with.
  private final Set<PtxRegister> computed = new HashSet<>();

  private FloatRegisters() {}

  static Set<PtxRegister> of(PtxFunction function) {
    var search = new FloatRegisters();
    function.instructions().forEach(search::look);
    var found = new HashSet<PtxRegister>();
    for (var register : search.computed) {
      if (!search.others.contains(search.group(register))) {
        found.add(search.group(register));
      }
    }
    var all = new HashSet<PtxRegister>();
    for (var register : search.parents.keySet()) {
      if (found.contains(search.group(register))) {
        all.add(register);
      }
    }
    return all;
  }

  private void look(PtxInstruction instruction) {
    var operands = instruction.operands();
    var arithmetic = FloatLoops.OPERATIONS.containsKey(instruction.opcode());
    var lanes =
        switch (instruction.base()) {
          case "mov" -> operands.size() == 2 ? operands : List.<PtxOperand>of();
          case "ld" -> parts(operands.getFirst());
          case "st" -> parts(operands.getLast());
          default -> arithmetic ? operands : List.<PtxOperand>of();
        };
    var roles = OperandRoles.of(instruction);
    var registers = new ArrayList<>(roles.written());
    registers.addAll(roles.read());
    var tied = new ArrayList<PtxRegister>();
    var plain = arithmetic || instruction.last().endsWith("32");
    for (var operand : operands) {
      if (operand instanceof PtxOperand.Memory(PtxOperand.Register(var register), var _)) {
        others.add(group(register));
      }
    }
    for (var operand : lanes) {
      switch (operand) {
        case PtxOperand.Register(var register) -> tied.add(register);
        case PtxOperand.Constant _, PtxOperand.Bits _, PtxOperand.Sink _ -> {}
        case PtxOperand.Negated _,
            PtxOperand.Special _,
            PtxOperand.AddressOf _,
            PtxOperand.Memory _,
            PtxOperand.Vector _,
            PtxOperand.Pair _,
            PtxOperand.Name _,
            PtxOperand.Arguments _ ->
            plain = false;
      }
    }
    for (var register : registers) {
      if (!plain || register.type().bits() != 32 || !tied.contains(register)) {
        others.add(group(register));
      }
    }
    tied.forEach(register -> tie(tied.getFirst(), register));
    if (arithmetic) {
      computed.addAll(tied);
    }
  }

  private static List<PtxOperand> parts(PtxOperand operand) {
    return operand instanceof PtxOperand.Vector(var parts) ? parts : List.of(operand);
  }

  private PtxRegister group(PtxRegister register) {
    parents.putIfAbsent(register, register);
    var at = register;
    while (parents.get(at) != at) {
      parents.put(at, parents.get(parents.get(at)));
      at = parents.get(at);
    }
    return at;
  }

  private void tie(PtxRegister first, PtxRegister second) {
    var from = group(second);
    var to = group(first);
    if (others.contains(from)) {
      others.add(to);
    }
    parents.put(from, to);
  }
}

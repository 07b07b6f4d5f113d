package io.gatun.ptx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns operands into rows: registers have theirs, constants, addresses and special registers get
/// one that is filled before the kernel runs.
final class OperandRows {
  private final RowAllocation allocation;
  private final MemoryLayout layout;
  private final Map<Integer, Integer> intRows = new HashMap<>();
  private final Map<Long, Integer> longRows = new HashMap<>();
  private final Map<Integer, Integer> floatRows = new HashMap<>();
  private final Map<SpecialRegister, Integer> specialRows = new HashMap<>();
  private final List<Program.SymbolConstant> symbols = new ArrayList<>();
  private final List<Program.PredicateConstant> predicateConstants = new ArrayList<>();

  OperandRows(RowAllocation allocation, MemoryLayout layout) {
    this.allocation = allocation;
    this.layout = layout;
  }

  /// A row of its own.
  int freshInt() {
    return allocation.fresh(RowKind.INTS);
  }

  /// A row of its own.
  int freshLong() {
    return allocation.fresh(RowKind.LONGS);
  }

  /// A predicate of its own.
  int freshPredicate() {
    return allocation.fresh(RowKind.PREDICATES);
  }

  /// A row of 32-bit lanes that all hold a value.
  int constant(int value) {
    return intRows.computeIfAbsent(value, key -> allocation.fresh(RowKind.INTS));
  }

  /// A row of 64-bit lanes that all hold a value.
  int constant(long value) {
    return longRows.computeIfAbsent(value, key -> allocation.fresh(RowKind.LONGS));
  }

  /// Row of a source of up to 32 bits.
  int intSource(PtxInstruction instruction, PtxOperand operand, PtxType type) {
    return switch (operand) {
      case PtxOperand.Register(var register) -> {
        require(instruction, register, RowKind.INTS);
        yield allocation.row(register);
      }
      case PtxOperand.Constant(var value) ->
          constant(type.bits() == 16 ? (int) value & 0xffff : (int) value);
      case PtxOperand.Bits bits -> constant(floatBits(bits));
      case PtxOperand.Special(var name) -> special(instruction, name);
      case PtxOperand.AddressOf(var variable, var offset) -> {
        if (variable.space() == PtxVariable.Space.GLOBAL
            || variable.space() == PtxVariable.Space.CONST) {
          throw instruction.error("the address of " + variable + " has 64 bits");
        }
        yield constant((int) (layout.address(variable, instruction) + offset));
      }
      case PtxOperand.Negated _,
          PtxOperand.Memory _,
          PtxOperand.Vector _,
          PtxOperand.Pair _,
          PtxOperand.Sink _,
          PtxOperand.Arguments _ ->
          throw instruction.unknown();
      case PtxOperand.Name(var text) -> throw instruction.error("unknown name " + text);
    };
  }

  /// Row of a source of 64 bits.
  int longSource(PtxInstruction instruction, PtxOperand operand) {
    return switch (operand) {
      case PtxOperand.Register(var register) -> {
        require(instruction, register, RowKind.LONGS);
        yield allocation.row(register);
      }
      case PtxOperand.Constant(var value) -> constant(value);
      case PtxOperand.Bits(var bits, var isDouble) ->
          constant(isDouble ? bits : Double.doubleToRawLongBits(Float.intBitsToFloat((int) bits)));
      case PtxOperand.AddressOf(var variable, var offset) ->
          addressOf(instruction, variable, offset);
      case PtxOperand.Special _,
          PtxOperand.Negated _,
          PtxOperand.Memory _,
          PtxOperand.Vector _,
          PtxOperand.Pair _,
          PtxOperand.Sink _,
          PtxOperand.Arguments _ ->
          throw instruction.unknown();
      case PtxOperand.Name(var text) -> throw instruction.error("unknown name " + text);
    };
  }

  private int addressOf(PtxInstruction instruction, PtxVariable variable, long offset) {
    return switch (variable.space()) {
      case GLOBAL, CONST -> symbol(variable, offset);
      case PARAM, SHARED, LOCAL -> constant(layout.address(variable, instruction) + offset);
    };
  }

  private int symbol(PtxVariable variable, long offset) {
    for (var symbol : symbols) {
      if (symbol.variable() == variable && symbol.offset() == offset) {
        return symbol.row();
      }
    }
    var row = allocation.fresh(RowKind.LONGS);
    symbols.add(new Program.SymbolConstant(row, variable, offset));
    return row;
  }

  private int special(PtxInstruction instruction, String name) {
    return specialRows.computeIfAbsent(
        SpecialRegister.of(name, instruction), key -> allocation.fresh(RowKind.INTS));
  }

  /// Row of a source among registers that hold floats.
  int floatSource(PtxInstruction instruction, PtxOperand operand) {
    return switch (operand) {
      case PtxOperand.Register(var register) -> {
        require(instruction, register, RowKind.FLOATS);
        yield allocation.row(register);
      }
      case PtxOperand.Constant(var value) -> floatConstant((int) value);
      case PtxOperand.Bits bits -> floatConstant(floatBits(bits));
      case PtxOperand.Special _,
          PtxOperand.AddressOf _,
          PtxOperand.Negated _,
          PtxOperand.Memory _,
          PtxOperand.Vector _,
          PtxOperand.Pair _,
          PtxOperand.Sink _,
          PtxOperand.Name _,
          PtxOperand.Arguments _ ->
          throw instruction.unknown();
    };
  }

  private int floatConstant(int bits) {
    return floatRows.computeIfAbsent(bits, _ -> allocation.fresh(RowKind.FLOATS));
  }

  private static int floatBits(PtxOperand.Bits operand) {
    return operand.isDouble()
        ? Float.floatToRawIntBits((float) Double.longBitsToDouble(operand.bits()))
        : (int) operand.bits();
  }

  /// Kind of the rows of an instruction, of which this is an operand.
  RowKind kind(PtxOperand operand, PtxType type) {
    return operand instanceof PtxOperand.Register(var register)
        ? allocation.kind(register)
        : type.bits() == 64 ? RowKind.LONGS : RowKind.INTS;
  }

  /// Row of a source of the width that a type has.
  int source(PtxInstruction instruction, PtxOperand operand, PtxType type) {
    return source(instruction, operand, type, type.bits() == 64 ? RowKind.LONGS : RowKind.INTS);
  }

  /// Row of a source.
  int source(PtxInstruction instruction, PtxOperand operand, PtxType type, RowKind kind) {
    return switch (kind) {
      case INTS -> intSource(instruction, operand, type);
      case LONGS -> longSource(instruction, operand);
      case FLOATS -> floatSource(instruction, operand);
      case PREDICATES -> predicate(instruction, operand);
    };
  }

  /// Row of a destination.
  int result(PtxInstruction instruction, PtxOperand operand, boolean wide) {
    return result(instruction, operand, wide ? RowKind.LONGS : RowKind.INTS);
  }

  /// Row of a destination.
  int result(PtxInstruction instruction, PtxOperand operand, RowKind kind) {
    if (!(operand instanceof PtxOperand.Register(var register))) {
      throw instruction.error("the destination is no register");
    }
    require(instruction, register, kind);
    return allocation.row(register);
  }

  /// Row of a destination that may be `_`, which gives [LoadStep#NOWHERE].
  int resultOrSink(PtxInstruction instruction, PtxOperand operand, RowKind kind) {
    return operand instanceof PtxOperand.Sink
        ? LoadStep.NOWHERE
        : result(instruction, operand, kind);
  }

  /// The register of an operand.
  PtxRegister register(PtxInstruction instruction, PtxOperand operand) {
    if (operand instanceof PtxOperand.Register(var register)) {
      return register;
    }
    throw instruction.error("a register is wanted here");
  }

  /// Index of a predicate; the caller has asked [#isNegated].
  int predicate(PtxInstruction instruction, PtxOperand operand) {
    return switch (operand) {
      case PtxOperand.Register(var register) -> predicate(instruction, register);
      case PtxOperand.Negated(var register) -> predicate(instruction, register);
      case PtxOperand.Constant(var value) -> {
        var index = allocation.fresh(RowKind.PREDICATES);
        predicateConstants.add(new Program.PredicateConstant(index, value != 0));
        yield index;
      }
      case PtxOperand.Special _,
          PtxOperand.Bits _,
          PtxOperand.AddressOf _,
          PtxOperand.Memory _,
          PtxOperand.Vector _,
          PtxOperand.Pair _,
          PtxOperand.Sink _,
          PtxOperand.Arguments _,
          PtxOperand.Name _ ->
          throw instruction.error("a predicate is wanted here");
    };
  }

  /// Index of a predicate register.
  int predicate(PtxInstruction instruction, PtxRegister register) {
    if (!register.isPredicate()) {
      throw instruction.error(register + " is no predicate");
    }
    return allocation.row(register);
  }

  static boolean isNegated(PtxOperand operand) {
    return operand instanceof PtxOperand.Negated;
  }

  /// The address of a memory operand.
  AddressRow address(PtxInstruction instruction, PtxOperand operand) {
    if (!(operand instanceof PtxOperand.Memory(var base, var offset))) {
      throw instruction.error("an address is wanted here");
    }
    return switch (base) {
      case PtxOperand.Register(var register) -> {
        if (register.isPredicate() || register.type().bits() < 32) {
          throw instruction.error(register + " cannot hold an address");
        }
        yield new AddressRow(allocation.row(register), register.isWide(), offset);
      }
      case PtxOperand.AddressOf(var variable, var more) -> {
        if (variable.space() == PtxVariable.Space.GLOBAL
            || variable.space() == PtxVariable.Space.CONST) {
          yield new AddressRow(symbol(variable, more), true, offset);
        }
        yield new AddressRow(-1, false, layout.address(variable, instruction) + more + offset);
      }
      case PtxOperand.Constant _ -> new AddressRow(-1, false, offset);
      case PtxOperand.Name(var text) -> throw instruction.error("unknown name " + text);
      case PtxOperand.Negated _,
          PtxOperand.Special _,
          PtxOperand.Bits _,
          PtxOperand.Memory _,
          PtxOperand.Vector _,
          PtxOperand.Pair _,
          PtxOperand.Sink _,
          PtxOperand.Arguments _ ->
          throw instruction.unknown();
    };
  }

  private void require(PtxInstruction instruction, PtxRegister register, RowKind kind) {
    if (register.isPredicate() || register.isWide() != (kind == RowKind.LONGS)) {
      throw instruction.error(
          "register %s has type .%s, the instruction wants %s bits"
              .formatted(register, register.type(), kind == RowKind.LONGS ? "64" : "up to 32"));
    }
    if (allocation.kind(register) != kind) {
      throw new IllegalStateException(
          "%s has a row of %s and %s wants %s"
              .formatted(register, allocation.kind(register), instruction.opcode(), kind));
    }
  }

  /// The program of these steps.
  ///
  /// @param entered steps that others go to, not only the one before
  Program program(String name, List<Step> list, BitSet entered, int slots, int registers) {
    var steps = list.toArray(Step[]::new);
    return new Program(
        name,
        steps,
        StraightRun.of(steps, entered),
        allocation.count(RowKind.INTS),
        allocation.count(RowKind.LONGS),
        allocation.count(RowKind.FLOATS),
        allocation.count(RowKind.PREDICATES),
        slots,
        constants(intRows),
        constants(floatRows),
        longRows.entrySet().stream()
            .map(entry -> new Program.LongConstant(entry.getValue(), entry.getKey()))
            .toList(),
        List.copyOf(symbols),
        specialRows.entrySet().stream()
            .map(entry -> new Program.SpecialRow(entry.getValue(), entry.getKey()))
            .toList(),
        List.copyOf(predicateConstants),
        layout.sharedBytes(),
        layout.dynamicAlign(),
        layout.localBytes(),
        registers);
  }

  private static List<Program.IntConstant> constants(Map<Integer, Integer> rows) {
    return rows.entrySet().stream()
        .map(entry -> new Program.IntConstant(entry.getValue(), entry.getKey()))
        .toList();
  }
}

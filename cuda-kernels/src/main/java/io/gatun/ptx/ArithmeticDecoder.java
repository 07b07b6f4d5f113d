package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;

/// Decodes moves, arithmetic, comparisons and conversions.
final class ArithmeticDecoder {
  private static final Lanes FLUSH = Lanes.int1(a -> (a & 0x7f800000) == 0 ? a & 0x80000000 : a);

  private final OperandRows rows;
  private final StepList steps;
  private final OperationTable operations;

  ArithmeticDecoder(OperandRows rows, StepList steps, OperationTable operations) {
    this.rows = rows;
    this.steps = steps;
    this.operations = operations;
  }

  void decode(PtxInstruction instruction) {
    switch (instruction.base()) {
      case "mov" -> move(instruction);
      case "cvta" -> convertAddress(instruction);
      case "cvt" -> convert(instruction);
      case "setp" -> compare(instruction);
      case "set" -> set(instruction);
      case "testp" -> test(instruction);
      case "lop3" -> logic3(instruction);
      case "bfi" -> insertField(instruction);
      default -> {
        if (instruction.last().equals("pred")) {
          predicates(instruction);
        } else {
          plain(instruction);
        }
      }
    }
  }

  // --- moves

  private void move(PtxInstruction instruction) {
    var d = instruction.operand(0);
    var a = instruction.operand(1);
    var type = instruction.type();
    if (type == PtxType.PRED) {
      predicateMove(instruction);
    } else if (d instanceof PtxOperand.Vector(var parts)) {
      var wide = type.bits() == 64;
      var targets =
          parts.stream()
              .mapToInt(part -> rows.resultOrSink(instruction, part, RowKind.INTS))
              .toArray();
      steps.add(
          new MoveSteps.Unpack(
              instruction,
              targets,
              rows.source(instruction, a, type),
              wide,
              partBits(instruction, type, parts)));
    } else if (a instanceof PtxOperand.Vector(var parts)) {
      var wide = type.bits() == 64;
      var bits = partBits(instruction, type, parts);
      var sources =
          parts.stream().mapToInt(part -> rows.intSource(instruction, part, PtxType.B32)).toArray();
      steps.add(
          new MoveSteps.Pack(instruction, rows.result(instruction, d, wide), wide, sources, bits));
    } else {
      var operation = moves(instruction, rows.kind(d, type), type);
      add(instruction, operation, operandRows(instruction, operation, type));
    }
  }

  private static Operation moves(PtxInstruction instruction, RowKind kind, PtxType type) {
    return switch (kind) {
      case FLOATS -> new Operation("ff", FloatLoops::move);
      case INTS, LONGS ->
          type.bits() == 64
              ? new Operation("ll", RowLoops::moveLong)
              : new Operation("ii", RowLoops::moveInt);
      case PREDICATES -> throw instruction.unknown();
    };
  }

  private static int partBits(PtxInstruction instruction, PtxType type, List<PtxOperand> parts) {
    var bits = type.bits() / parts.size();
    if (bits != 8 && bits != 16 && bits != 32) {
      throw instruction.unknown();
    }
    return bits;
  }

  private void predicateMove(PtxInstruction instruction) {
    var a = instruction.operand(1);
    var negated = OperandRows.isNegated(a);
    steps.add(
        new MoveSteps.Predicates(
            instruction,
            (x, y) -> negated ? ~x : x,
            rows.predicate(instruction, instruction.operand(0)),
            rows.predicate(instruction, a),
            rows.predicate(instruction, a)));
  }

  /// Logic on predicates.
  private void predicates(PtxInstruction instruction) {
    MoveSteps.Predicates.Operator operator =
        switch (instruction.base()) {
          case "and" -> (a, b) -> a & b;
          case "or" -> (a, b) -> a | b;
          case "xor" -> (a, b) -> a ^ b;
          case "not" -> (a, b) -> ~a;
          default -> throw instruction.unknown();
        };
    var last = instruction.operands().size() - 1;
    if (OperandRows.isNegated(instruction.operand(1))
        || OperandRows.isNegated(instruction.operand(last))) {
      throw instruction.unknown();
    }
    steps.add(
        new MoveSteps.Predicates(
            instruction,
            operator,
            rows.predicate(instruction, instruction.operand(0)),
            rows.predicate(instruction, instruction.operand(1)),
            rows.predicate(instruction, instruction.operand(last))));
  }

  /// `cvta.shared` adds the window of shared memory, `cvta.to.shared` takes it off.
  private void convertAddress(PtxInstruction instruction) {
    if (instruction.type().bits() != 64) {
      throw instruction.unknown();
    }
    var window = AddressSpace.of(instruction).window();
    var back = instruction.has("to");
    add(
        instruction,
        new Operation("lll", back ? RowLoops::subLong : RowLoops::addLong),
        List.of(
            rows.result(instruction, instruction.operand(0), true),
            rows.longSource(instruction, instruction.operand(1)),
            rows.constant(window)));
  }

  // --- conversions

  private void convert(PtxInstruction instruction) {
    var register = rows.register(instruction, instruction.operand(0));
    var operation = Conversion.of(instruction, register.type().bits());
    var operands = new ArrayList<Integer>();
    operands.add(rows.result(instruction, instruction.operand(0), operation.kind()));
    for (var i = 1; i <= operation.sources(); i++) {
      operands.add(convertSource(instruction, instruction.operand(i), operation, i));
    }
    requireCount(instruction, operation.sources());
    add(instruction, operation, operands);
  }

  /// A source register may be wider than the source type: its low bits count.
  private int convertSource(
      PtxInstruction instruction, PtxOperand operand, Operation operation, int index) {
    var wide = operation.signature().charAt(index) == 'l';
    if (!wide && operand instanceof PtxOperand.Register(var register) && register.isWide()) {
      var row = rows.freshInt();
      add(
          instruction,
          new Operation("il", RowLoops::truncateLong),
          List.of(row, rows.longSource(instruction, operand)));
      return row;
    }
    return wide
        ? rows.longSource(instruction, operand)
        : rows.intSource(instruction, operand, instruction.type());
  }

  // --- comparisons

  private void compare(PtxInstruction instruction) {
    var words = instruction.words();
    var combination = CompareStep.Combination.NONE;
    for (var word : words.subList(2, words.size() - 1)) {
      combination =
          switch (word) {
            case "and" -> CompareStep.Combination.AND;
            case "or" -> CompareStep.Combination.OR;
            case "xor" -> CompareStep.Combination.XOR;
            case "ftz" -> combination;
            default -> throw instruction.unknown();
          };
    }
    var d = instruction.operand(0);
    var first = d instanceof PtxOperand.Pair(var one, var _) ? one : d;
    var second = d instanceof PtxOperand.Pair(var _, var two) ? two : new PtxOperand.Sink();
    var type = instruction.type();
    var a = compared(instruction, 1, type);
    var b = compared(instruction, 2, type);
    if (type == PtxType.F16X2 || type == PtxType.BF16X2) {
      if (combination != CompareStep.Combination.NONE) {
        throw instruction.unknown();
      }
      var half = Half.of(type);
      var low =
          Comparisons.of(instruction, words.get(1), half == Half.F16 ? PtxType.F16 : PtxType.BF16);
      addComparison(
          instruction, low, a, b, predicateOrSink(instruction, first), CompareStep.NOWHERE);
      var high = Comparisons.high(instruction, words.get(1), half);
      addComparison(
          instruction, high, a, b, predicateOrSink(instruction, second), CompareStep.NOWHERE);
      return;
    }
    var combines = combination != CompareStep.Combination.NONE;
    requireCount(instruction, combines ? 3 : 2);
    var step =
        new CompareStep(
            instruction,
            Comparisons.of(instruction, words.get(1), type),
            a,
            b,
            predicateOrSink(instruction, first),
            predicateOrSink(instruction, second),
            combination,
            combines ? rows.predicate(instruction, instruction.operand(3)) : 0,
            combines && OperandRows.isNegated(instruction.operand(3)));
    step.counter = Classes.of(instruction, type);
    steps.add(step);
  }

  private void addComparison(
      PtxInstruction instruction, CompareStep.Test test, int a, int b, int first, int second) {
    var step =
        new CompareStep(
            instruction, test, a, b, first, second, CompareStep.Combination.NONE, 0, false);
    step.counter = Classes.of(instruction, instruction.type());
    steps.add(step);
  }

  private int compared(PtxInstruction instruction, int index, PtxType type) {
    var row = rows.source(instruction, instruction.operand(index), type);
    if (!instruction.has("ftz") || type != PtxType.F32) {
      return row;
    }
    var flushed = rows.freshInt();
    add(instruction, new Operation("ii", FLUSH), List.of(flushed, row));
    return flushed;
  }

  private int predicateOrSink(PtxInstruction instruction, PtxOperand operand) {
    return operand instanceof PtxOperand.Sink
        ? CompareStep.NOWHERE
        : rows.predicate(instruction, operand);
  }

  /// `set.lt.u32.f32`: all ones, or 1.0, where the comparison holds.
  private void set(PtxInstruction instruction) {
    var words = instruction.words();
    if (words.size() != 4 && !(words.size() == 5 && words.get(2).equals("ftz"))) {
      throw instruction.unknown();
    }
    var type = instruction.type();
    var to = PtxType.of(words.get(words.size() - 2), instruction.line());
    if (to.bits() != 32 || to == PtxType.F16X2 || to == PtxType.BF16X2) {
      throw instruction.unknown();
    }
    requireCount(instruction, 2);
    var predicate = rows.freshPredicate();
    addComparison(
        instruction,
        Comparisons.of(instruction, words.get(1), type),
        compared(instruction, 1, type),
        compared(instruction, 2, type),
        predicate,
        CompareStep.NOWHERE);
    steps.add(
        new MoveSteps.FromPredicate(
            instruction,
            rows.result(instruction, instruction.operand(0), false),
            predicate,
            to == PtxType.F32 ? Float.floatToRawIntBits(1) : -1));
  }

  private void test(PtxInstruction instruction) {
    var a = rows.source(instruction, instruction.operand(1), instruction.type());
    addComparison(
        instruction,
        Comparisons.property(instruction),
        a,
        a,
        rows.predicate(instruction, instruction.operand(0)),
        CompareStep.NOWHERE);
  }

  // --- bits

  private void logic3(PtxInstruction instruction) {
    if (!instruction.opcode().equals("lop3.b32")
        || !(instruction.operand(4) instanceof PtxOperand.Constant(var table))) {
      throw instruction.unknown();
    }
    var operation = new Operation("iiii", BitOperations.lop3((int) table));
    add(instruction, operation, operandRows(instruction, operation, PtxType.B32));
  }

  private void insertField(PtxInstruction instruction) {
    var wide = instruction.type().bits() == 64;
    requireCount(instruction, 4);
    steps.add(
        new MoveSteps.InsertField(
            instruction,
            rows.result(instruction, instruction.operand(0), wide),
            rows.source(instruction, instruction.operand(1), instruction.type()),
            rows.source(instruction, instruction.operand(2), instruction.type()),
            rows.intSource(instruction, instruction.operand(3), PtxType.U32),
            rows.intSource(instruction, instruction.operand(4), PtxType.U32),
            wide));
  }

  // --- operations of the table

  private void plain(PtxInstruction instruction) {
    var type = instruction.type();
    if (rows.kind(instruction.operand(0), type) == RowKind.FLOATS) {
      var operation = FloatLoops.OPERATIONS.get(instruction.opcode());
      requireCount(instruction, operation.sources());
      add(instruction, operation, operandRows(instruction, operation, type));
      return;
    }
    var name = new StringBuilder(instruction.base());
    var flushes = false;
    var saturates = false;
    var words = instruction.words();
    for (var word : words.subList(1, words.size())) {
      switch (word) {
        case "rn", "noftz" -> {}
        case "ftz" -> flushes = type == PtxType.F32;
        case "sat" -> {
          saturates = type == PtxType.F32;
          if (!saturates) {
            name.append(".sat");
          }
        }
        default -> name.append('.').append(word);
      }
    }
    var operation = operations.find(name.toString()).orElseThrow(instruction::unknown);
    requireCount(instruction, operation.sources());
    var lanes = flushes ? FloatOperations.flushing(operation) : operation.lanes();
    if (saturates) {
      lanes = FloatOperations.saturating(lanes);
    }
    add(
        instruction,
        new Operation(operation.signature(), lanes),
        operandRows(instruction, operation, type));
  }

  private List<Integer> operandRows(PtxInstruction instruction, Operation operation, PtxType type) {
    var list = new ArrayList<Integer>();
    for (var i = 0; i <= operation.sources(); i++) {
      var operand = instruction.operand(i);
      var kind = operation.kind(i);
      list.add(
          i == 0 && kind != RowKind.PREDICATES
              ? rows.result(instruction, operand, kind)
              : rows.source(instruction, operand, type, kind));
    }
    return list;
  }

  private void add(PtxInstruction instruction, Operation operation, List<Integer> operands) {
    var count = operands.size();
    var step =
        new AluStep(
            instruction,
            operation.lanes(),
            operation.kind(),
            operands.getFirst(),
            operands.get(1),
            count > 2 ? operands.get(2) : 0,
            count > 3 ? operands.get(3) : 0);
    Classes.classify(step);
    steps.add(step);
  }

  private static void requireCount(PtxInstruction instruction, int sources) {
    if (instruction.operands().size() != sources + 1) {
      throw instruction.error(
          "%d operands, the virtual GPU knows the form with %d"
              .formatted(instruction.operands().size(), sources + 1));
    }
  }
}

package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;

/// Decodes the instructions that touch memory.
final class MemoryDecoder {
  private final OperandRows rows;
  private final StepList steps;
  private int slots;

  MemoryDecoder(OperandRows rows, StepList steps) {
    this.rows = rows;
    this.steps = steps;
  }

  /// Steps that touch memory, so far.
  int slots() {
    return slots;
  }

  void load(PtxInstruction instruction) {
    requireKnownWords(instruction);
    requireOperands(instruction, 2);
    var parts = parts(instruction, instruction.operand(0));
    var type = instruction.type();
    var register = firstRegister(instruction, parts, type);
    requireFits(instruction, type, register);
    var kind = rows.kind(new PtxOperand.Register(register), type);
    var element = new Element(type.bytes(), type.isSigned(), kind, register.type().bits());
    var targets =
        parts.stream().mapToInt(part -> rows.resultOrSink(instruction, part, kind)).toArray();
    steps.add(
        new LoadStep(
            instruction,
            space(instruction, instruction.operand(1)),
            rows.address(instruction, instruction.operand(1)),
            element,
            targets,
            slots++));
  }

  void store(PtxInstruction instruction) {
    requireKnownWords(instruction);
    requireOperands(instruction, 2);
    var parts = parts(instruction, instruction.operand(1));
    var type = instruction.type();
    var kind = kind(parts, type);
    var wide = kind == RowKind.LONGS;
    var element = new Element(type.bytes(), false, kind, wide ? 64 : 32);
    if (!wide && type.bits() == 64) {
      throw instruction.error("the register is narrower than the type");
    }
    var sources =
        parts.stream().mapToInt(part -> rows.source(instruction, part, type, kind)).toArray();
    steps.add(
        new StoreStep(
            instruction,
            space(instruction, instruction.operand(0)),
            rows.address(instruction, instruction.operand(0)),
            element,
            sources,
            slots++));
  }

  /// Kind of the rows of what is stored: all registers have it, and constants are put into such.
  private RowKind kind(List<PtxOperand> parts, PtxType type) {
    var register = parts.stream().filter(PtxOperand.Register.class::isInstance).findFirst();
    return rows.kind(register.orElse(parts.getFirst()), type);
  }

  private static List<PtxOperand> parts(PtxInstruction instruction, PtxOperand operand) {
    var count = 1;
    for (var word : instruction.words()) {
      switch (word) {
        case "v2" -> count = 2;
        case "v4" -> count = 4;
        case "v8" -> count = 8;
        default -> {}
      }
    }
    var parts = operand instanceof PtxOperand.Vector(var list) ? list : List.of(operand);
    if (parts.size() != count) {
      throw instruction.error(parts.size() + " registers for " + count + " elements");
    }
    return parts;
  }

  private PtxRegister firstRegister(
      PtxInstruction instruction, List<PtxOperand> parts, PtxType type) {
    for (var part : parts) {
      if (!(part instanceof PtxOperand.Sink)) {
        return rows.register(instruction, part);
      }
    }
    return new PtxRegister("_", type);
  }

  private static void requireFits(PtxInstruction instruction, PtxType type, PtxRegister register) {
    if (register.isPredicate() || register.type().bits() < type.bits()) {
      throw instruction.error(
          "register %s of type .%s is narrower than .%s"
              .formatted(register, register.type(), type));
    }
  }

  /// A variable's own space counts: parameters of calls are local memory here.
  private static AddressSpace space(PtxInstruction instruction, PtxOperand operand) {
    if (operand instanceof PtxOperand.Memory(PtxOperand.AddressOf(var variable, var _), var _)) {
      return switch (variable.space()) {
        case PARAM -> AddressSpace.PARAM;
        case SHARED -> AddressSpace.SHARED;
        case LOCAL -> AddressSpace.LOCAL;
        case GLOBAL, CONST -> AddressSpace.GLOBAL;
      };
    }
    return AddressSpace.of(instruction);
  }

  private static void requireKnownWords(PtxInstruction instruction) {
    for (var word : instruction.words().subList(1, instruction.words().size())) {
      if (!isHint(word) && !PtxType.isType(word)) {
        throw instruction.error("the virtual GPU does not know the modifier ." + word);
      }
    }
  }

  /// State spaces, vectors, and what concerns caches and memory order, which all accesses here
  /// obey.
  private static boolean isHint(String word) {
    return switch (word) {
      case "global",
          "shared",
          "shared::cta",
          "local",
          "param",
          "param::entry",
          "param::func",
          "const",
          "v2",
          "v4",
          "v8",
          "nc",
          "ca",
          "cg",
          "cs",
          "lu",
          "cv",
          "wb",
          "wt",
          "volatile",
          "weak",
          "relaxed",
          "acquire",
          "release",
          "acq_rel",
          "mmio",
          "cta",
          "cluster",
          "gpu",
          "sys",
          "L2::64B",
          "L2::128B",
          "L2::256B" ->
          true;
      default ->
          word.startsWith("L1::evict_")
              || word.equals("L1::no_allocate")
              || word.startsWith("L2::evict_");
    };
  }

  private static void requireOperands(PtxInstruction instruction, int count) {
    if (instruction.operands().size() != count) {
      throw instruction.error(
          "%d operands, the virtual GPU knows the form with %d"
              .formatted(instruction.operands().size(), count));
    }
  }

  void atomic(PtxInstruction instruction) {
    var isReduction = instruction.base().equals("red");
    var operands = new ArrayList<>(instruction.operands());
    var result = isReduction ? new PtxOperand.Sink() : operands.removeFirst();
    if (operands.size() < 2) {
      throw instruction.unknown();
    }
    var type = instruction.type();
    if (type.bits() < 16) {
      throw instruction.unknown();
    }
    var wide = type.bits() == 64;
    var b = parts(instruction, operands.get(1));
    var hasThird = instruction.has("cas");
    requireOperands(instruction, (isReduction ? 2 : 3) + (hasThird ? 1 : 0));
    var results =
        result instanceof PtxOperand.Sink
            ? new int[0]
            : parts(instruction, result).stream()
                .mapToInt(
                    part ->
                        rows.resultOrSink(instruction, part, wide ? RowKind.LONGS : RowKind.INTS))
                .toArray();
    var address = operands.getFirst();
    steps.add(
        new AtomicStep(
            instruction,
            space(instruction, address),
            rows.address(instruction, address),
            AtomicUpdates.of(instruction),
            type.bytes(),
            results,
            b.stream().mapToInt(part -> rows.source(instruction, part, type)).toArray(),
            hasThird ? new int[] {rows.source(instruction, operands.get(2), type)} : new int[0],
            slots++));
  }

  void asyncCopy(PtxInstruction instruction) {
    var form = instruction.opcode();
    if (form.equals("cp.async.commit_group")) {
      steps.add(new ControlSteps.CloseGroup(instruction));
    } else if (form.equals("cp.async.wait_all")) {
      steps.add(new ControlSteps.AwaitGroups(instruction, -1));
    } else if (form.equals("cp.async.wait_group")) {
      steps.add(new ControlSteps.AwaitGroups(instruction, immediate(instruction, 0)));
    } else if (form.startsWith("cp.async.cg.shared") || form.startsWith("cp.async.ca.shared")) {
      copy(instruction);
    } else {
      throw instruction.unknown();
    }
  }

  private void copy(PtxInstruction instruction) {
    for (var word : instruction.words()) {
      switch (word) {
        case "cp",
            "async",
            "ca",
            "cg",
            "shared",
            "shared::cta",
            "global",
            "L2::64B",
            "L2::128B",
            "L2::256B" -> {}
        default -> throw instruction.unknown();
      }
    }
    var bytes = immediate(instruction, 2);
    var legal = bytes == 16 || instruction.has("ca") && (bytes == 4 || bytes == 8);
    var count = instruction.operands().size();
    if (!legal || count > 4) {
      throw instruction.unknown();
    }
    steps.add(
        new AsyncCopyStep(
            instruction,
            rows.address(instruction, instruction.operand(0)),
            rows.address(instruction, instruction.operand(1)),
            bytes,
            count == 4 ? rows.intSource(instruction, instruction.operand(3), PtxType.U32) : -1,
            slots++));
  }

  private static int immediate(PtxInstruction instruction, int index) {
    if (instruction.operand(index) instanceof PtxOperand.Constant(var value)) {
      return (int) value;
    }
    throw instruction.error("operand " + index + " must be a number");
  }

  void matrix(PtxInstruction instruction) {
    for (var word : instruction.words().subList(1, instruction.words().size())) {
      switch (word) {
        case "sync",
            "aligned",
            "m8n8",
            "x1",
            "x2",
            "x4",
            "trans",
            "shared",
            "shared::cta",
            "b16" -> {}
        default -> throw instruction.unknown();
      }
    }
    var store = instruction.base().equals("stmatrix");
    var count = instruction.has("x4") ? 4 : instruction.has("x2") ? 2 : 1;
    var operand = instruction.operand(store ? 1 : 0);
    var parts = operand instanceof PtxOperand.Vector(var list) ? list : List.of(operand);
    if (parts.size() != count) {
      throw instruction.error(parts.size() + " registers for " + count + " matrices");
    }
    steps.add(
        new MatrixLoadStep(
            instruction,
            AddressSpace.of(instruction),
            rows.address(instruction, instruction.operand(store ? 0 : 1)),
            store,
            instruction.has("trans"),
            parts.stream().mapToInt(part -> rows.result(instruction, part, false)).toArray(),
            slots++));
  }
}

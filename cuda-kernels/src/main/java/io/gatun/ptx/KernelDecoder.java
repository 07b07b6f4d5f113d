package io.gatun.ptx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Decodes a kernel: every instruction becomes one step or a few. What is not known is refused
/// here, with its line, so that a kernel that loads runs.
final class KernelDecoder {
  private static final int MOST_THREADS = 1024;

  /// A branch whose targets are not decoded yet.
  private record Pending(int step, int instruction) {}

  private final PtxFunction function;
  private final ControlFlow flow;
  private final MemoryLayout layout;
  private final OperandRows rows;
  private final StepList steps;
  private final ArithmeticDecoder arithmetic;
  private final MemoryDecoder memory;
  private final CollectiveDecoder collective;
  private final List<Pending> branches = new ArrayList<>();

  /// @param function a kernel without calls
  /// @param moduleShared shared variables declared outside of functions
  KernelDecoder(PtxFunction function, List<PtxVariable> moduleShared, OperationTable operations) {
    this.function = function;
    this.flow = new ControlFlow(function);
    this.layout = new MemoryLayout(function, moduleShared);
    this.rows = new OperandRows(new RowAllocation(function, flow, Warp.RESERVED_ROWS), layout);
    this.steps = new StepList();
    this.arithmetic = new ArithmeticDecoder(rows, steps, operations);
    this.memory = new MemoryDecoder(rows, steps);
    this.collective = new CollectiveDecoder(rows, steps);
  }

  PtxKernel decode() {
    var instructions = function.instructions();
    var positions = new int[instructions.size() + 1];
    var registers = new RegisterUse.Numbering();
    for (var i = 0; i < instructions.size(); i++) {
      positions[i] = steps.size();
      decode(i, instructions.get(i));
      steps.guard(positions[i], rows);
      steps.registers(positions[i], steps.size(), registers.of(instructions.get(i)));
    }
    positions[instructions.size()] = steps.size();
    steps.add(new ControlSteps.Exit(end()));
    for (var branch : branches) {
      steps.set(branch.step(), branch(branch.instruction(), positions));
      steps.guard(branch.step(), branch.step() + 1, rows);
      var use = registers.of(instructions.get(branch.instruction()));
      steps.registers(branch.step(), branch.step() + 1, use);
    }
    return new PtxKernel(
        function.name(),
        layout.parameters(),
        function.maxThreads() == 0 ? MOST_THREADS : function.maxThreads(),
        function.minBlocks(),
        layout.sharedBytes(),
        layout.localBytes(),
        rows.program(
            function.name(), steps.list(), entered(positions), memory.slots(), registers.count()));
  }

  /// The first steps of the blocks.
  private BitSet entered(int[] positions) {
    var entered = new BitSet();
    for (var block = 0; block < flow.blocks(); block++) {
      entered.set(positions[flow.start(block)]);
    }
    return entered;
  }

  /// The instruction that ends a kernel whose text does not say `ret`.
  private PtxInstruction end() {
    return new PtxInstruction(
        function.line(), "", java.util.Optional.empty(), false, List.of("ret"), List.of());
  }

  private void decode(int index, PtxInstruction instruction) {
    switch (instruction.base()) {
      case "bra", "brx" -> {
        branches.add(new Pending(steps.size(), index));
        steps.add(new ControlSteps.Nothing(instruction));
      }
      case "ret", "exit" -> steps.add(new ControlSteps.Exit(instruction));
      case "trap" -> steps.add(new ControlSteps.Trap(instruction));
      case "membar", "fence", "prefetch", "prefetchu", "nanosleep", "griddepcontrol" ->
          steps.add(new ControlSteps.Nothing(instruction));
      case "ld", "ldu" -> memory.load(instruction);
      case "st" -> memory.store(instruction);
      case "atom", "red" -> memory.atomic(instruction);
      case "cp" -> memory.asyncCopy(instruction);
      case "ldmatrix", "stmatrix" -> memory.matrix(instruction);
      case "bar", "barrier" -> collective.barrier(instruction);
      case "shfl" -> collective.shuffle(instruction);
      case "vote" -> collective.vote(instruction);
      case "match" -> collective.match(instruction);
      case "redux" -> collective.reduce(instruction);
      case "activemask" -> collective.activeMask(instruction);
      case "mma" -> collective.multiply(instruction);
      default -> arithmetic.decode(instruction);
    }
  }

  private Step branch(int index, int[] positions) {
    var instruction = function.instructions().get(index);
    var meeting = flow.reconvergence(index);
    var meetingStep = meeting < 0 ? BranchStep.NEVER : positions[meeting];
    if (instruction.base().equals("bra")) {
      var target = flow.target(instruction, instruction.operand(0));
      return new BranchStep(instruction, new int[] {positions[target]}, meetingStep, -1);
    }
    var targets =
        instruction.operands().stream()
            .skip(1)
            .mapToInt(operand -> positions[flow.target(instruction, operand)])
            .toArray();
    var row = rows.intSource(instruction, instruction.operand(0), PtxType.U32);
    return new BranchStep(instruction, targets, meetingStep, row);
  }
}

package io.gatun.ptx;

/// A decoded instruction: does its work for all lanes of a mask at once. A step belongs to a kernel
/// and is shared by all threads of the host, so it keeps no state of a run.
abstract class Step {
  /// What the loop that runs a warp does with a step.
  enum Control {
    /// [#execute], then the next step.
    NONE,
    BRANCH,
    BRANCH_TABLE,
    EXIT,
    BARRIER
  }

  /// Guard of a step without one.
  static final int ALWAYS = -1;

  final Control control;
  PtxInstruction instruction;
  int guard = ALWAYS;
  boolean guardNegated;

  /// The registers of its instruction.
  RegisterUse registers = RegisterUse.NONE;

  /// Class of the instruction.
  Counter counter = Counter.INTEGER_INSTRUCTIONS;

  /// Floating-point operations of a lane, and where they are counted.
  int flops;

  Counter flopCounter = Counter.FLOAT32_FLOPS;

  /// Instructions of the hardware that it stands for.
  final int issueSlots;

  Step(PtxInstruction instruction) {
    this(instruction, Control.NONE);
  }

  Step(PtxInstruction instruction, Control control) {
    this.instruction = instruction;
    this.control = control;
    this.issueSlots = IssueSlots.of(instruction.words());
  }

  /// Runs it for the lanes of a mask, which is not empty.
  abstract void execute(Warp warp, int mask);

  int line() {
    return instruction.line();
  }

  /// Lanes of the mask that fulfil the guard.
  int guarded(Warp warp, int mask) {
    if (guard == ALWAYS) {
      return mask;
    }
    var bits = warp.predicates[guard];
    return mask & (guardNegated ? ~bits : bits);
  }
}

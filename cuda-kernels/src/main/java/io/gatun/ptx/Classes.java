package io.gatun.ptx;

/// Class and floating-point operations of arithmetic instructions, for the counters.
final class Classes {
  private Classes() {}

  static void classify(Step step) {
    var instruction = step.instruction;
    switch (instruction.base()) {
      case "mov", "cvta" -> step.counter = Counter.MOVE_INSTRUCTIONS;
      case "cvt" -> step.counter = Counter.CONVERSION_INSTRUCTIONS;
      case "rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh", "div", "rem" -> {
        step.counter = Counter.SPECIAL_INSTRUCTIONS;
        countFlops(step, 1);
      }
      case "fma", "mad" -> {
        step.counter = of(instruction, instruction.type());
        countFlops(step, 2);
      }
      case "add", "sub", "mul", "min", "max" -> {
        step.counter = of(instruction, instruction.type());
        countFlops(step, 1);
      }
      case "lop3" -> step.counter = Counter.INTEGER_INSTRUCTIONS;
      default -> step.counter = of(instruction, instruction.type());
    }
  }

  private static void countFlops(Step step, int flops) {
    switch (step.instruction.type()) {
      case F32 -> {
        step.flops = flops;
        step.flopCounter = Counter.FLOAT32_FLOPS;
      }
      case F64 -> {
        step.flops = flops;
        step.flopCounter = Counter.FLOAT64_FLOPS;
      }
      case F16, BF16 -> {
        step.flops = flops;
        step.flopCounter = Counter.HALF_FLOPS;
      }
      case F16X2, BF16X2 -> {
        step.flops = 2 * flops;
        step.flopCounter = Counter.HALF_FLOPS;
      }
      case PRED, B8, B16, B32, B64, U8, U16, U32, U64, S8, S16, S32, S64, TF32 -> {}
    }
  }

  /// The class of arithmetic on a type.
  static Counter of(PtxInstruction instruction, PtxType type) {
    return switch (type) {
      case F32, TF32 -> Counter.FLOAT32_INSTRUCTIONS;
      case F64 -> Counter.FLOAT64_INSTRUCTIONS;
      case F16, BF16, F16X2, BF16X2 -> Counter.HALF_INSTRUCTIONS;
      case PRED, B8, B16, B32, B64, U8, U16, U32, U64, S8, S16, S32, S64 ->
          Counter.INTEGER_INSTRUCTIONS;
    };
  }
}

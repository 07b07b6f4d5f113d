package io.gatun.ptx;

import java.util.List;

/// How many instructions of the hardware a PTX instruction becomes, about.
///
/// Measured with ptxas 13.0 for `sm_80` on kernels with many copies of one instruction, without the
/// rare paths that it branches to for denormal numbers and the like. Summed over the kernels of
/// whole files this comes out within a factor of 1.4 of the assembler's code (standard deviation of
/// the logarithm over 35 kernels): loops that the assembler unrolls and registers that it copies
/// are not known here.
final class IssueSlots {
  private static final int DIVIDE_LONG = 70;

  private IssueSlots() {}

  /// @param words the opcode, split at its dots
  static int of(List<String> words) {
    var type = words.getLast();
    return switch (type) {
      case "f64" -> ofDouble(words);
      case "s64", "u64", "b64" -> ofLong(words);
      default -> ofWord(words, type);
    };
  }

  private static int ofDouble(List<String> words) {
    return switch (words.getFirst()) {
      case "div" -> 17;
      case "rcp" -> 15;
      case "sqrt", "rsqrt" -> 20;
      default -> 1;
    };
  }

  private static int ofLong(List<String> words) {
    return switch (words.getFirst()) {
      case "div", "rem" -> DIVIDE_LONG;
      case "mul", "mad" -> words.contains("hi") ? 7 : words.contains("wide") ? 1 : 4;
      case "min", "max" -> 4;
      case "cvta" -> 0;
      default -> 1;
    };
  }

  private static int ofWord(List<String> words, String type) {
    var flushes = words.contains("ftz");
    return switch (words.getFirst()) {
      case "div" ->
          switch (type) {
            case "f32" -> divide(words, flushes);
            case "s32" -> 26;
            default -> 18;
          };
      case "rem" -> type.equals("s32") ? 23 : 17;
      case "rcp" -> words.contains("approx") ? flushes ? 1 : 7 : 13;
      case "sqrt" -> words.contains("approx") ? 4 : 13;
      case "rsqrt", "ex2", "lg2" -> flushes || !type.equals("f32") ? 1 : 4;
      case "sin", "cos", "clz" -> 2;
      case "bfi" -> 6;
      case "bfe" -> 5;
      default -> 1;
    };
  }

  private static int divide(List<String> words, boolean flushes) {
    return words.contains("approx") ? flushes ? 2 : 5 : words.contains("full") ? 8 : 11;
  }
}

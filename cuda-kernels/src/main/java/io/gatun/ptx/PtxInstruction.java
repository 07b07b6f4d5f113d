package io.gatun.ptx;

import java.util.List;
import java.util.Optional;

/// An instruction as written.
///
/// @param line line of the PTX text
/// @param source file and line of the source; empty where the text does not say
/// @param guard predicate that lanes must fulfil
/// @param guardNegated whether they must not
/// @param words the opcode, split at its dots: `ld`, `global`, `v4`, `f32`
/// @param operands in order, destination first
record PtxInstruction(
    int line,
    String source,
    Optional<PtxRegister> guard,
    boolean guardNegated,
    List<String> words,
    List<PtxOperand> operands) {

  /// First word of the opcode.
  String base() {
    return words.getFirst();
  }

  /// Last word of the opcode.
  String last() {
    return words.getLast();
  }

  boolean has(String word) {
    return words.contains(word);
  }

  /// The opcode in full.
  String opcode() {
    return String.join(".", words);
  }

  /// The last type among the words.
  PtxType type() {
    for (var i = words.size() - 1; i > 0; i--) {
      if (PtxType.isType(words.get(i))) {
        return PtxType.of(words.get(i), line);
      }
    }
    throw unknown();
  }

  PtxOperand operand(int index) {
    if (index >= operands.size()) {
      throw error("operand " + index + " is missing");
    }
    return operands.get(index);
  }

  PtxException error(String message) {
    return new PtxException(line, opcode() + ": " + message);
  }

  PtxException unknown() {
    return error("the virtual GPU does not know this instruction or this form of it");
  }
}

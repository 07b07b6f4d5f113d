package io.gatun.ptx;

import java.util.List;

/// An operand of an instruction, its names resolved.
sealed interface PtxOperand {
  /// A register.
  record Register(PtxRegister register) implements PtxOperand {}

  /// `!p`.
  record Negated(PtxRegister register) implements PtxOperand {}

  /// `%tid.x` and the like.
  record Special(String name) implements PtxOperand {}

  /// An integer.
  record Constant(long value) implements PtxOperand {}

  /// A float: the bits of an f32, or of an f64.
  record Bits(long bits, boolean isDouble) implements PtxOperand {}

  /// The address of a variable.
  record AddressOf(PtxVariable variable, long offset) implements PtxOperand {}

  /// `[base + offset]`; the base is a register, a variable or the constant 0.
  record Memory(PtxOperand base, long offset) implements PtxOperand {}

  /// `{a, b, c, d}`.
  record Vector(List<PtxOperand> parts) implements PtxOperand {}

  /// `a|b`: two destinations.
  record Pair(PtxOperand first, PtxOperand second) implements PtxOperand {}

  /// `_`: a result nobody wants.
  record Sink() implements PtxOperand {}

  /// A label, or the name of a function.
  record Name(String text) implements PtxOperand {}

  /// `(a, b)`: results and arguments of a call.
  record Arguments(List<PtxOperand> values) implements PtxOperand {}
}

package io.gatun.ptx;

import java.util.ArrayList;
import java.util.List;

/// The steps of a kernel while it is decoded.
final class StepList {
  private final List<Step> steps = new ArrayList<>();

  void add(Step step) {
    steps.add(step);
  }

  void set(int index, Step step) {
    steps.set(index, step);
  }

  int size() {
    return steps.size();
  }

  List<Step> list() {
    return steps;
  }

  /// Tells the steps of an instruction its registers.
  void registers(int from, int to, RegisterUse use) {
    steps.subList(from, to).forEach(step -> step.registers = use);
  }

  /// Gives all steps from an index on the guard of their instruction.
  void guard(int from, OperandRows rows) {
    guard(from, steps.size(), rows);
  }

  void guard(int from, int to, OperandRows rows) {
    for (var step : steps.subList(from, to)) {
      var instruction = step.instruction;
      instruction
          .guard()
          .ifPresent(
              register -> {
                step.guard = rows.predicate(instruction, register);
                step.guardNegated = instruction.guardNegated();
              });
    }
  }
}

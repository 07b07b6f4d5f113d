package io.gatun.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Replaces every call in a kernel by the body of the function, so that the rest of the decoder
/// sees no calls. Parameters of a device function live in the variables that the caller passes; a
/// `ret` becomes a branch behind the body. Recursion and calls through pointers are refused.
final class CallInliner {
  private static final int DEEPEST = 64;

  private final Map<String, PtxFunction> functions;
  private final List<PtxInstruction> instructions = new ArrayList<>();
  private final List<PtxVariable> variables = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private int inlined;

  CallInliner(Map<String, PtxFunction> functions) {
    this.functions = functions;
  }

  /// The kernel without calls.
  PtxFunction inline(PtxFunction kernel) {
    append(kernel, new Renaming("", "", Map.of()), 0);
    return new PtxFunction(
        kernel.name(),
        true,
        kernel.line(),
        kernel.results(),
        kernel.parameters(),
        List.copyOf(variables),
        List.copyOf(instructions),
        Map.copyOf(labels),
        kernel.maxThreads(),
        kernel.minBlocks());
  }

  private void append(PtxFunction function, Renaming renaming, int depth) {
    var places = new HashMap<Integer, List<String>>();
    function
        .labels()
        .forEach((label, at) -> places.computeIfAbsent(at, key -> new ArrayList<>()).add(label));
    for (var variable : function.variables()) {
      variables.add(renaming.variable(variable));
    }
    for (var i = 0; i <= function.instructions().size(); i++) {
      for (var label : places.getOrDefault(i, List.of())) {
        labels.put(renaming.label(label), instructions.size());
      }
      if (i < function.instructions().size()) {
        append(function.instructions().get(i), renaming, depth);
      }
    }
  }

  private void append(PtxInstruction instruction, Renaming renaming, int depth) {
    var renamed = renaming.instruction(instruction);
    if (renamed.base().equals("call")) {
      call(renamed, depth);
    } else if (renamed.base().equals("ret") && !renaming.end().isEmpty()) {
      instructions.add(branch(renamed, renaming.end()));
    } else {
      instructions.add(renamed);
    }
  }

  private void call(PtxInstruction call, int depth) {
    if (call.guard().isPresent()) {
      throw call.error("a predicated call is not known to the virtual GPU");
    }
    if (depth == DEEPEST) {
      throw call.error("calls nest deeper than " + DEEPEST + "; recursion is not supported");
    }
    var operands = new ArrayList<>(call.operands());
    var results = arguments(operands);
    if (operands.isEmpty() || !(operands.removeFirst() instanceof PtxOperand.Name(String name))) {
      throw call.error("only direct calls are known to the virtual GPU");
    }
    var passed = arguments(operands);
    if (name.equals("__assertfail")) {
      instructions.add(
          new PtxInstruction(
              call.line(), call.source(), Optional.empty(), false, List.of("trap"), List.of()));
      return;
    }
    var function = functions.get(name);
    if (function == null) {
      throw call.error("no function " + name + " in this module (device printf is not known)");
    }
    var aliases = new HashMap<PtxVariable, PtxVariable>();
    alias(call, aliases, function.results(), results);
    alias(call, aliases, function.parameters(), passed);
    var prefix = "call" + ++inlined + "$";
    var end = prefix + "end";
    append(function, new Renaming(prefix, end, aliases), depth + 1);
    labels.put(end, instructions.size());
  }

  private static List<PtxOperand> arguments(List<PtxOperand> operands) {
    if (!operands.isEmpty() && operands.getFirst() instanceof PtxOperand.Arguments(var values)) {
      operands.removeFirst();
      return values;
    }
    return List.of();
  }

  private static void alias(
      PtxInstruction call,
      Map<PtxVariable, PtxVariable> aliases,
      List<PtxVariable> formal,
      List<PtxOperand> actual) {
    if (formal.size() != actual.size()) {
      throw call.error("%d values for %d".formatted(actual.size(), formal.size()));
    }
    for (var i = 0; i < formal.size(); i++) {
      if (!(actual.get(i) instanceof PtxOperand.AddressOf(var variable, var offset))
          || offset != 0) {
        throw call.error("only .param variables can be passed");
      }
      aliases.put(formal.get(i), variable);
    }
  }

  private static PtxInstruction branch(PtxInstruction ret, String label) {
    return new PtxInstruction(
        ret.line(),
        ret.source(),
        ret.guard(),
        ret.guardNegated(),
        List.of("bra"),
        List.of(new PtxOperand.Name(label)));
  }

  /// One copy of a function: its registers, variables and labels get names of their own.
  private static final class Renaming {
    private final String prefix;
    private final String end;
    private final Map<PtxVariable, PtxVariable> variables;
    private final Map<PtxRegister, PtxRegister> registers = new HashMap<>();

    Renaming(String prefix, String end, Map<PtxVariable, PtxVariable> aliases) {
      this.prefix = prefix;
      this.end = end;
      this.variables = new HashMap<>(aliases);
    }

    String end() {
      return end;
    }

    String label(String label) {
      return prefix + label;
    }

    PtxVariable variable(PtxVariable variable) {
      if (prefix.isEmpty() || variable.space() != PtxVariable.Space.LOCAL) {
        return variable;
      }
      return variables.computeIfAbsent(
          variable,
          old ->
              new PtxVariable(
                  prefix + old.name(), old.space(), old.size(), old.align(), old.initial()));
    }

    PtxRegister register(PtxRegister register) {
      return prefix.isEmpty()
          ? register
          : registers.computeIfAbsent(
              register, old -> new PtxRegister(prefix + old.name(), old.type()));
    }

    PtxInstruction instruction(PtxInstruction old) {
      if (prefix.isEmpty()) {
        return old;
      }
      var isCall = old.base().equals("call");
      return new PtxInstruction(
          old.line(),
          old.source(),
          old.guard().map(this::register),
          old.guardNegated(),
          old.words(),
          old.operands().stream()
              .map(o -> isCall && o instanceof PtxOperand.Name ? o : operand(o))
              .toList());
    }

    private PtxOperand operand(PtxOperand operand) {
      return switch (operand) {
        case PtxOperand.Register(var register) -> new PtxOperand.Register(register(register));
        case PtxOperand.Negated(var register) -> new PtxOperand.Negated(register(register));
        case PtxOperand.AddressOf(var variable, var offset) ->
            new PtxOperand.AddressOf(variable(variable), offset);
        case PtxOperand.Memory(var base, var offset) ->
            new PtxOperand.Memory(operand(base), offset);
        case PtxOperand.Vector(var parts) ->
            new PtxOperand.Vector(parts.stream().map(this::operand).toList());
        case PtxOperand.Arguments(var values) ->
            new PtxOperand.Arguments(values.stream().map(this::operand).toList());
        case PtxOperand.Pair(var first, var second) ->
            new PtxOperand.Pair(operand(first), operand(second));
        case PtxOperand.Name(var text) -> new PtxOperand.Name(label(text));
        case PtxOperand.Constant constant -> constant;
        case PtxOperand.Bits bits -> bits;
        case PtxOperand.Special special -> special;
        case PtxOperand.Sink sink -> sink;
      };
    }
  }
}

package io.gatun.ptx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Names of registers and variables, with nested scopes: an inner one hides an outer one.
final class PtxScope {
  private final Deque<Map<String, PtxRegister>> registers = new ArrayDeque<>();
  private final Deque<Map<String, PtxVariable>> variables = new ArrayDeque<>();

  PtxScope() {
    open();
  }

  void open() {
    registers.push(new HashMap<>());
    variables.push(new HashMap<>());
  }

  void close() {
    registers.pop();
    variables.pop();
  }

  void declare(PtxRegister register) {
    registers.element().put(register.name(), register);
  }

  void declare(PtxVariable variable) {
    variables.element().put(variable.name(), variable);
  }

  Optional<PtxRegister> register(String name) {
    return first(registers, name);
  }

  Optional<PtxVariable> variable(String name) {
    return first(variables, name);
  }

  private static <T> Optional<T> first(Deque<Map<String, T>> scopes, String name) {
    for (var scope : scopes) {
      var found = scope.get(name);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}

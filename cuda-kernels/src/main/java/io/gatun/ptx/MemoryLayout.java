package io.gatun.ptx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where the variables of a kernel lie: parameters, static and dynamic shared memory, local memory.
/// Variables in global memory get their address at the launch.
final class MemoryLayout {
  private static final int DYNAMIC_ALIGN = 16;

  private final Map<PtxVariable, Long> addresses = new IdentityHashMap<>();
  private final List<PtxKernel.Parameter> parameters = new ArrayList<>();
  private int sharedBytes;
  private int dynamicAlign;
  private int localBytes;

  MemoryLayout(PtxFunction function, List<PtxVariable> moduleShared) {
    var offset = 0L;
    for (var parameter : function.parameters()) {
      offset = align(offset, parameter.align());
      addresses.put(parameter, offset);
      parameters.add(
          new PtxKernel.Parameter(
              parameter.name(), (int) offset, (int) parameter.size(), parameter.align()));
      offset += parameter.size();
    }
    var shared = new ArrayList<PtxVariable>();
    var named = named(function);
    for (var variable : moduleShared) {
      if (named.contains(variable)) {
        shared.add(variable);
      }
    }
    var local = 0L;
    for (var variable : function.variables()) {
      if (addresses.containsKey(variable) || shared.contains(variable)) {
        continue;
      }
      if (variable.space() == PtxVariable.Space.SHARED) {
        shared.add(variable);
      } else {
        local = align(local, variable.align());
        addresses.put(variable, AddressSpace.LOCAL_START + local);
        local += variable.size();
      }
    }
    localBytes = (int) align(local, 16);
    layOutShared(shared);
  }

  private void layOutShared(List<PtxVariable> shared) {
    var offset = 0L;
    for (var variable : shared) {
      if (variable.size() > 0) {
        offset = align(offset, variable.align());
        addresses.put(variable, AddressSpace.SHARED_START + offset);
        offset += variable.size();
      }
    }
    for (var variable : shared) {
      if (variable.size() == 0) {
        dynamicAlign = Math.max(dynamicAlign, Math.max(DYNAMIC_ALIGN, variable.align()));
      }
    }
    if (dynamicAlign > 0) {
      offset = align(offset, dynamicAlign);
      for (var variable : shared) {
        if (variable.size() == 0) {
          addresses.put(variable, AddressSpace.SHARED_START + offset);
        }
      }
    }
    sharedBytes = (int) offset;
  }

  private static long align(long offset, int to) {
    return (offset + to - 1) / to * to;
  }

  private static Set<PtxVariable> named(PtxFunction function) {
    var named = new HashSet<PtxVariable>();
    for (var instruction : function.instructions()) {
      for (var operand : instruction.operands()) {
        collect(operand, named);
      }
    }
    return named;
  }

  private static void collect(PtxOperand operand, Set<PtxVariable> into) {
    switch (operand) {
      case PtxOperand.AddressOf(var variable, var _) -> into.add(variable);
      case PtxOperand.Memory(var base, var _) -> collect(base, into);
      case PtxOperand.Vector(var parts) -> parts.forEach(part -> collect(part, into));
      case PtxOperand.Arguments _,
          PtxOperand.Pair _,
          PtxOperand.Register _,
          PtxOperand.Negated _,
          PtxOperand.Special _,
          PtxOperand.Constant _,
          PtxOperand.Bits _,
          PtxOperand.Sink _,
          PtxOperand.Name _ -> {}
    }
  }

  /// Address of a variable in its space.
  long address(PtxVariable variable, PtxInstruction instruction) {
    var address = addresses.get(variable);
    if (address == null) {
      throw instruction.error("variable " + variable + " has no address");
    }
    return address;
  }

  List<PtxKernel.Parameter> parameters() {
    return parameters;
  }

  int sharedBytes() {
    return sharedBytes;
  }

  int dynamicAlign() {
    return dynamicAlign;
  }

  int localBytes() {
    return localBytes;
  }
}

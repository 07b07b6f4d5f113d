package io.gatun.ptx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Operations by canonical name: base, the modifiers that change the meaning, and type, as
/// `mul.hi.u32`. What is not in here does not exist for the virtual GPU.
final class OperationTable {
  private final Map<String, Operation> operations = new HashMap<>();

  OperationTable() {
    IntegerOperations.addTo(this);
    BitOperations.addTo(this);
    FloatOperations.addTo(this);
    DoubleOperations.addTo(this);
    HalfOperations.addTo(this);
  }

  void add(String name, String signature, Lanes lanes) {
    if (operations.put(name, new Operation(signature, lanes)) != null) {
      throw new IllegalStateException("operation " + name + " is defined twice");
    }
  }

  Optional<Operation> find(String name) {
    return Optional.ofNullable(operations.get(name));
  }
}

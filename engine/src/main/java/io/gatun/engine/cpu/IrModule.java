package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The text of one LLVM module under construction: functions, shared internal functions (the
/// elementary functions, each defined once for a vector type) and declarations.
public final class IrModule {
  private final Map<String, String> shared = new LinkedHashMap<>();
  private final List<String> functions = new ArrayList<>();
  private final TreeSet<String> declarations = new TreeSet<>();

  /// An empty module.
  public IrModule() {}

  /// Adds a function or global definition.
  public void add(String definition) {
    functions.add(definition);
  }

  /// Adds an external function: `declare float @llvm.fabs.f32(float)`.
  public void declare(String declaration) {
    declarations.add(declaration);
  }

  /// Adds an internal definition under `name` unless the module has it.
  void share(String name, Supplier<String> definition) {
    if (shared.containsKey(name)) return;
    shared.put(name, "");
    shared.put(name, definition.get());
  }

  /// The module as LLVM assembly.
  public String text() {
    var text = new StringBuilder();
    declarations.forEach(d -> text.append(d).append('\n'));
    shared.values().forEach(f -> text.append('\n').append(f));
    functions.forEach(f -> text.append('\n').append(f));
    return text.append("\n!0 = !{i32 1}\n").toString();
  }
}

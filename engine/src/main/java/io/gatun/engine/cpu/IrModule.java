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
  /// Number of the first loop's metadata.
  private static final int FIRST_LOOP = 3;

  private final Map<String, String> shared = new LinkedHashMap<>();
  private final List<String> functions = new ArrayList<>();
  private final TreeSet<String> declarations = new TreeSet<>();

  private int keptLoops;

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

  /// Metadata of one loop that is neither unrolled nor vectorised.
  String keptLoop() {
    return "!" + (FIRST_LOOP + keptLoops++);
  }

  /// The module as LLVM assembly.
  public String text() {
    var text = new StringBuilder();
    declarations.forEach(d -> text.append(d).append('\n'));
    shared.values().forEach(f -> text.append('\n').append(f));
    functions.forEach(f -> text.append('\n').append(f));
    text.append("\n!0 = !{i32 1}\n");
    if (keptLoops > 0) {
      text.append("!1 = !{!\"llvm.loop.unroll.disable\"}\n");
      text.append("!2 = !{!\"llvm.loop.vectorize.enable\", i1 false}\n");
    }
    for (int i = FIRST_LOOP; i < FIRST_LOOP + keptLoops; i++) {
      text.append("!%d = distinct !{!%d, !1, !2}\n".formatted(i, i));
    }
    return text.toString();
  }
}

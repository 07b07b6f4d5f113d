package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The text of one LLVM module under construction: functions, shared internal functions (the
/// elementary functions, each defined once for a vector type) and declarations.
public final class IrModule {
  /// Metadata of loops that are neither unrolled nor vectorised.
  static final String KEPT_LOOP = "!3";

  private static final Pattern NAME = Pattern.compile("@([\\w.]+)");

  private final Map<String, String> shared = new LinkedHashMap<>();
  private final List<String> functions = new ArrayList<>();
  private final TreeSet<String> declarations = new TreeSet<>();
  private final Map<String, String> kernels = new HashMap<>();
  private final List<Integer> starts = new ArrayList<>();

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

  /// Where the functions of a kernel begin that is added next.
  int mark() {
    return functions.size();
  }

  /// Ends a kernel; takes it back if the module has one of the same text.
  ///
  /// @param mark where it begins
  /// @param name with which the names of its functions begin
  /// @return with what the names begin under which the module has them
  String unite(int mark, String name) {
    var added = functions.subList(mark, functions.size());
    String known = kernels.putIfAbsent(String.join("\n", added).replace("@" + name, "@"), name);
    if (known == null) {
      starts.add(mark);
      return name;
    }
    added.clear();
    return known;
  }

  /// The module as LLVM assembly.
  public String text() {
    return text(functions, shared.values());
  }

  /// The kernels as several modules of about equal size, to be compiled side by side.
  ///
  /// @param most characters of functions in a module, unless one kernel has more
  List<String> texts(int most) {
    int total = functions.stream().mapToInt(String::length).sum();
    int count = Math.max(1, Math.ceilDiv(total, most));
    var parts = new ArrayList<List<String>>();
    for (int i = 0; i < count; i++) parts.add(new ArrayList<>());
    long[] sizes = new long[count];
    for (int k = 0; k < starts.size(); k++) {
      int end = k + 1 < starts.size() ? starts.get(k + 1) : functions.size();
      var kernel = functions.subList(starts.get(k), end);
      int least = 0;
      for (int i = 1; i < count; i++) if (sizes[i] < sizes[least]) least = i;
      parts.get(least).addAll(kernel);
      sizes[least] += kernel.stream().mapToInt(String::length).sum();
    }
    return parts.stream().map(part -> text(part, sharedBy(part))).toList();
  }

  /// The shared functions that these call, directly or not, in the order of the module.
  private List<String> sharedBy(List<String> callers) {
    var used = new HashSet<String>();
    var work = new ArrayList<>(callers);
    while (!work.isEmpty()) {
      var names = NAME.matcher(work.removeLast());
      while (names.find()) {
        String name = names.group(1);
        if (shared.containsKey(name) && used.add(name)) work.add(shared.get(name));
      }
    }
    return shared.entrySet().stream()
        .filter(e -> used.contains(e.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private String text(List<String> definitions, Collection<String> common) {
    var text = new StringBuilder();
    declarations.forEach(d -> text.append(d).append('\n'));
    common.forEach(f -> text.append('\n').append(f));
    definitions.forEach(f -> text.append('\n').append(f));
    text.append("\n!0 = !{i32 1}\n");
    text.append("!1 = !{!\"llvm.loop.unroll.disable\"}\n");
    text.append("!2 = !{!\"llvm.loop.vectorize.enable\", i1 false}\n");
    text.append(KEPT_LOOP + " = distinct !{" + KEPT_LOOP + ", !1, !2}\n");
    return text.toString();
  }
}

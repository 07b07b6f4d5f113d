package io.gatun.engine.cuda.lowering;

import io.gatun.kernels.KernelSources;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts templates and holes together: each `#include` is replaced by the file's text, once, and
/// "scalar.cuh" by the compiler's. Comments of the templates are left out. The header that all
/// units share stands once at the top of a module.
public final class SourceText {
  private static final String HOLE = "scalar.cuh";
  private static final String SHARED = "expressions.cuh";

  /// Generated text leaves variables unused.
  private static final String NO_WARNINGS =
      "#pragma nv_diag_suppress 177\n#pragma nv_diag_suppress 550\n#pragma nv_diag_suppress 128\n";

  private static final Pattern INCLUDE = Pattern.compile("\\s*#include \"([^\"]+)\"");

  /// A kernel, also one that the launches do not use.
  private static final Pattern GLOBAL =
      Pattern.compile(
          "__global__\\s+[^;{]*?void\\s+(\\w+)\\s*\\(\\s*(Buffers|const __grid_constant__"
              + " Addresses)");

  private static final Pattern DEFINE = Pattern.compile("(?m)^\\s*#define (\\w+)");

  private final UnaryOperator<String> files;
  private final String hole;
  private final Set<String> included = new HashSet<>();
  private final StringBuilder text = new StringBuilder();

  private SourceText(UnaryOperator<String> files, String hole) {
    this.files = files;
    this.hole = hole;
  }

  /// The unit of these templates, filled with `hole`.
  static KernelUnit unit(List<String> templates, String hole, List<String> entries) {
    var source = new SourceText(KernelSources::read, hole);
    source.included.add(SHARED);
    templates.forEach(source::include);
    return new KernelUnit(source.text.toString(), entries);
  }

  private void include(String file) {
    if (!included.add(file)) return;
    String content = file.equals(HOLE) ? hole : files.apply(file);
    for (String line : content.split("\n", -1)) {
      var include = INCLUDE.matcher(line);
      if (include.lookingAt()) include(include.group(1));
      else if (!line.startsWith("#pragma once") && !line.startsWith("//") && !line.isBlank()) {
        text.append(line).append('\n');
      }
    }
  }

  /// A file of ready-made kernels with all that it includes, its hole filled as it comes.
  public static String readyMade(String file) {
    var source = new SourceText(KernelSources::read, KernelSources.read(HOLE));
    source.include(file);
    return source.text.toString();
  }

  /// One translation unit of several kernels: each in a namespace of its own, its entries under
  /// their symbols.
  public static String module(Collection<KernelUnit> units) {
    var shared = new SourceText(KernelSources::read, "");
    shared.include(SHARED);
    var all = new StringBuilder(NO_WARNINGS);
    all.append("namespace gatun {\n").append(shared.text).append('\n');
    for (KernelUnit unit : units) {
      all.append("namespace unit_").append(unit.key()).append(" {\n");
      var macros = new LinkedHashSet<String>();
      names(GLOBAL, unit, macros);
      for (String entry : macros) {
        all.append("#define %s %s\n".formatted(entry, unit.symbol(entry)));
      }
      all.append(unit.text());
      names(DEFINE, unit, macros);
      for (String macro : macros) all.append("#undef ").append(macro).append('\n');
      all.append("}\n\n");
    }
    return all.append("}\n").toString();
  }

  private static void names(Pattern pattern, KernelUnit unit, Set<String> names) {
    Matcher matcher = pattern.matcher(unit.text());
    while (matcher.find()) names.add(matcher.group(1));
  }
}

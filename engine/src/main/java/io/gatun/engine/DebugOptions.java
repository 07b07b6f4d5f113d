package io.gatun.engine;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What to tell of compilation and execution, as the environment asks for it.
///
/// @param level 0 nothing; 1 the summary of each plan; 2 also time, GB/s and GFLOP/s of each step,
///     when the executable is closed; 3 also the refused fusions; 4 also the source of the kernels;
///     5 also the graph after each pass
/// @param dump a folder into which every compilation writes; see [PlanDump]
/// @param validate whether every step is run on the reference too
public record DebugOptions(int level, Optional<Path> dump, boolean validate) {
  /// Nothing is told.
  public static final DebugOptions NONE = new DebugOptions(0, Optional.empty(), false);

  /// The options of the process's environment: `GATUN_DEBUG`, `GATUN_DUMP` and `GATUN_VALIDATE`.
  ///
  /// @throws EngineException when one has a value that it cannot have
  public static DebugOptions fromEnvironment() {
    return of(System.getenv());
  }

  static DebugOptions of(Map<String, String> environment) {
    String dump = environment.getOrDefault(Setting.DUMP.variable(), "");
    return new DebugOptions(
        number(environment, Setting.DEBUG, 5),
        dump.isBlank() ? Optional.empty() : Optional.of(Path.of(dump)),
        number(environment, Setting.VALIDATE, 1) == 1);
  }

  private static int number(Map<String, String> environment, Setting setting, int greatest) {
    var text = environment.getOrDefault(setting.variable(), "").strip();
    if (text.isEmpty()) return 0;
    if (text.matches("[0-9]") && Integer.parseInt(text) <= greatest) return Integer.parseInt(text);
    throw new EngineException(
        "%s is '%s'; set it to a number from 0 to %d (%s)"
            .formatted(setting.variable(), text, greatest, setting.meaning()));
  }

  /// Whether anything is asked for.
  public boolean any() {
    return level > 0 || dump.isPresent() || validate;
  }

  /// Whether runs are watched step by step, which costs time and memory.
  boolean watchesSteps() {
    return level >= 2 || validate;
  }
}

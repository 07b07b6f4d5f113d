package io.gatun.bindings;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a native library was found, or why it was not.
///
/// @param library the name that the bindings use: `llvm`, `cuda`, `nvrtc`, ...
/// @param chosen the path or soname that was opened; empty where none could be
/// @param attempts every candidate in the order tried, the chosen one last
/// @param cure what to install or set so that the library is found
public record Resolution(
    String library, Optional<String> chosen, List<Attempt> attempts, String cure) {

  /// One candidate and what became of it.
  ///
  /// @param candidate a path, a soname or a resource of the class path
  /// @param outcome `opened`, or the reason why it was not
  public record Attempt(String candidate, String outcome) {}

  /// Whether the library is open.
  public boolean available() {
    return chosen.isPresent();
  }

  /// One line for the outcome and one for every rejected candidate.
  public String report() {
    String head =
        chosen
            .map(path -> library + ": " + path)
            .orElse("native library " + library + " was not found; " + cure);
    return attempts.stream()
        .filter(attempt -> !Optional.of(attempt.candidate()).equals(chosen))
        .map(attempt -> "\n  " + attempt.candidate() + ": " + attempt.outcome())
        .collect(Collectors.joining("", head, ""));
  }
}

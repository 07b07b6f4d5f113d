package io.gatun.graph.ir;

/// A graph that cannot be: operand types that do not fit an op, an invariant broken, text that does
/// not parse. The message names the op, the types and, where a user wrote it, the line of code.
public final class GraphException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public GraphException(String message) {
    super(message);
  }

  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }

  /// Throws unless `condition` holds; the message is formatted only then.
  static void check(boolean condition, String format, Object... args) {
    if (!condition) throw new GraphException(format.formatted(args));
  }
}

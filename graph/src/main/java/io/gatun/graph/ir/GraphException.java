package io.gatun.graph.ir;

import java.lang.StackWalker.StackFrame;
import java.util.List;

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

  /// An exception whose message ends with the line of the user's code that is being executed.
  public static GraphException atCaller(String format, Object... args) {
    return new GraphException(format.formatted(args) + site());
  }

  /// The innermost frame outside this module and the JDK, as ` (at Model.java:42)`.
  static String site() {
    return StackWalker.getInstance()
        .walk(frames -> frames.filter(GraphException::isUser).findFirst())
        .map(f -> " (at " + f.getFileName() + ":" + f.getLineNumber() + ")")
        .orElse("");
  }

  private static boolean isUser(StackFrame frame) {
    String name = frame.getClassName();
    boolean isTest = frame.getFileName() != null && frame.getFileName().endsWith("Test.java");
    return isTest || !name.startsWith("io.gatun.graph.") && !name.startsWith("java.");
  }

  /// Throws unless `op` got as many operands as it takes.
  static void checkOperands(Op op, List<?> operands, int count) {
    check(operands.size() == count, "%s: wants %d operands, got %s", op.text(), count, operands);
  }

  /// Throws unless `condition` holds; the message is formatted only then.
  static void check(boolean condition, String format, Object... args) {
    if (!condition) throw new GraphException(format.formatted(args));
  }
}

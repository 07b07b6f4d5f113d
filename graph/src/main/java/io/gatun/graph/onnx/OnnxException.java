package io.gatun.graph.onnx;

/// A model that cannot be read or compiled: a broken file, an operator that is not supported, a
/// shape that is not known. The message names the file or the node, its operator and opset, and
/// what helps.
public sealed class OnnxException extends IllegalArgumentException
    permits UnsupportedOperatorException, ValueNeededException {
  private static final long serialVersionUID = 1L;

  /// @param message names the place and the cure
  public OnnxException(String message) {
    super(message);
  }

  /// @param message names the place and the cure
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }

  /// An exception with a formatted message.
  static OnnxException of(String format, Object... args) {
    return new OnnxException(format.formatted(args));
  }

  /// Throws unless `condition` holds; the message is formatted only then.
  static void check(boolean condition, String format, Object... args) {
    if (!condition) throw of(format, args);
  }
}

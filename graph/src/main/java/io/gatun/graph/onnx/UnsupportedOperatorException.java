package io.gatun.graph.onnx;

/// An operator that no translator is known for.
public final class UnsupportedOperatorException extends OnnxException {
  private static final long serialVersionUID = 1L;
  private final String operator;

  UnsupportedOperatorException(String operator, int opset) {
    this(operator, "operator %s of opset %d is not supported".formatted(operator, opset));
  }

  private UnsupportedOperatorException(String operator, String message) {
    super(message);
    this.operator = operator;
  }

  /// The operator's name, after its domain and a colon where that is not ONNX's own.
  public String operator() {
    return operator;
  }

  /// The same with a place in front of the message, unless it has one.
  UnsupportedOperatorException at(String place) {
    if (getMessage().startsWith("node")) return this;
    return new UnsupportedOperatorException(operator, place + ": " + getMessage());
  }
}

package io.gatun.graph.onnx;

/// A shape or a branch depends on the values of inputs: [Bindings#value] gives them.
public final class ValueNeededException extends OnnxException {
  private static final long serialVersionUID = 1L;

  ValueNeededException(String message) {
    super(message);
  }
}

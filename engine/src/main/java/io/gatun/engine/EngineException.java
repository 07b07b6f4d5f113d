package io.gatun.engine;

/// A failure while compiling for, loading on or running on a device. The message names the call,
/// the operation and the cure.
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}

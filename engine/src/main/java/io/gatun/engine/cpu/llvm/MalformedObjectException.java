package io.gatun.engine.cpu.llvm;

/// An object file that is damaged, or that holds something the loader does not know.
public final class MalformedObjectException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedObjectException(String message) {
    super(message);
  }
}

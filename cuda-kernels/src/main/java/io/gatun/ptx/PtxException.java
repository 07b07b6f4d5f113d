package io.gatun.ptx;

/// PTX text that is malformed, or that uses something the virtual GPU does not know.
public final class PtxException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int line;

  /// A problem at a line of the text, counted from 1.
  public PtxException(int line, String message) {
    super("PTX line " + line + ": " + message);
    this.line = line;
  }

  /// Line of the text, counted from 1.
  public int line() {
    return line;
  }
}

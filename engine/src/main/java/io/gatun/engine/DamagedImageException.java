package io.gatun.engine;

import java.io.IOException;

/// The image of a plan that is not as it was written, or was written by another build.
public final class DamagedImageException extends IOException {
  private static final long serialVersionUID = 1;

  /// @param reason what is wrong with it
  public DamagedImageException(String reason) {
    super(reason);
  }

  /// @param cause what is wrong with it
  public DamagedImageException(Exception cause) {
    super(cause);
  }

  /// @throws DamagedImageException unless `condition`
  public static void check(boolean condition, String reason) throws DamagedImageException {
    if (!condition) throw new DamagedImageException(reason);
  }
}

package io.gatun.engine.io;

import java.io.IOException;
import java.nio.file.Path;

/// A file that does not hold what its format promises: names the file, the byte offset and what is
/// wrong there.
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Path file;
  private final long offset;

  /// Failure at byte `offset` of `file`.
  public MalformedFileException(Path file, long offset, String reason) {
    super(file + ": at byte " + offset + ": " + reason);
    this.file = file;
    this.offset = offset;
  }

  /// The file that was read.
  public Path file() {
    return file;
  }

  /// Position of the fault, counted from the start of the file (or of the uncompressed entry).
  public long offset() {
    return offset;
  }
}

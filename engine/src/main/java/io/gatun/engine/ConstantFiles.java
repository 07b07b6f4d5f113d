package io.gatun.engine;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Mapped files that constants of a plan may be slices of.
public record ConstantFiles(List<MemorySegment> files) {
  /// Some bytes of a file.
  public record Slice(int file, long offset) {}

  public ConstantFiles {
    files = List.copyOf(files);
  }

  /// Where in the files some memory lies; empty where it is elsewhere.
  public Optional<Slice> find(MemorySegment data) {
    if (!data.isNative()) return Optional.empty();
    for (int i = 0; i < files.size(); i++) {
      long offset = data.address() - files.get(i).address();
      if (offset >= 0 && offset <= files.get(i).byteSize() - data.byteSize()) {
        return Optional.of(new Slice(i, offset));
      }
    }
    return Optional.empty();
  }
}

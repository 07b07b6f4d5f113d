package io.gatun.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The PTX of the kernels as it was compiled when Gatun was built, where nvcc was there.
public final class KernelBinaries {
  private static final int[] ARCHITECTURES = {90, 80};

  private KernelBinaries() {}

  /// PTX of a file such as `softmax.cu` for a processor such as 86: that of the nearest older
  /// architecture; empty where the build had no nvcc.
  public static Optional<String> ptx(String file, int architecture) {
    for (int compiled : ARCHITECTURES) {
      if (compiled > architecture) continue;
      var name = "ptx/sm_" + compiled + "/" + file.replace(".cu", ".ptx");
      try (var stream = KernelBinaries.class.getResourceAsStream(name)) {
        if (stream != null) {
          return Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("kernel " + name, e);
      }
    }
    return Optional.empty();
  }
}

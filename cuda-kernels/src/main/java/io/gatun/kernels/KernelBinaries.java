package io.gatun.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The kernels as they were compiled when Gatun was built, where nvcc was there.
public final class KernelBinaries {
  private static final int[] ARCHITECTURES = {90, 80};

  private KernelBinaries() {}

  /// PTX of a file such as `softmax.cu` for a processor such as 86: that of the nearest older
  /// architecture; empty where the build had no nvcc.
  public static Optional<String> ptx(String file, int architecture) {
    for (int compiled : ARCHITECTURES) {
      if (compiled > architecture) continue;
      var ptx = read(compiled, file, ".ptx");
      if (ptx.isPresent()) return ptx.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
    return Optional.empty();
  }

  /// Machine code of a file of ready-made kernels for a processor such as 86, as a fatbin: that of
  /// an older processor of the same generation runs on it. Empty where there is none of its
  /// generation, or the build had no nvcc.
  public static Optional<byte[]> machineCode(String file, int architecture) {
    for (int compiled : ARCHITECTURES) {
      if (compiled <= architecture && compiled / 10 == architecture / 10) {
        return read(compiled, file, ".fatbin");
      }
    }
    return Optional.empty();
  }

  private static Optional<byte[]> read(int compiled, String file, String ending) {
    var name = "ptx/sm_" + compiled + "/" + file.replace(".cu", ending);
    try (var stream = KernelBinaries.class.getResourceAsStream(name)) {
      return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("kernel " + name, e);
    }
  }
}

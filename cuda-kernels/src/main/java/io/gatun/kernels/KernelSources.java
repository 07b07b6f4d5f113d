package io.gatun.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The CUDA C++ sources of this module, by file name: `map.cu`, `scalar.cuh`.
public final class KernelSources {
  private KernelSources() {}

  /// The text of a source file.
  ///
  /// @throws IllegalArgumentException when there is no such file
  public static String read(String file) {
    try (var stream = KernelSources.class.getResourceAsStream("cuda/" + file)) {
      if (stream == null) {
        throw new IllegalArgumentException("no kernel source \"" + file + "\" in cuda-kernels");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("kernel source " + file, e);
    }
  }
}

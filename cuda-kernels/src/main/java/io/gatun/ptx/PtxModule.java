package io.gatun.ptx;

import io.gatun.cuda.Architecture;
import java.util.List;

/// PTX text, parsed and decoded: kernels, and variables in global and constant memory.
public final class PtxModule {
  private final String version;
  private final Architecture target;
  private final List<PtxKernel> kernels;

  PtxModule(String version, Architecture target, List<PtxKernel> kernels) {
    this.version = version;
    this.target = target;
    this.kernels = List.copyOf(kernels);
  }

  /// Version of the PTX language, as `9.0`.
  public String version() {
    return version;
  }

  /// The architecture it was compiled for.
  public Architecture target() {
    return target;
  }

  /// All kernels in the order of the text.
  public List<PtxKernel> kernels() {
    return kernels;
  }

  /// The kernel of this name.
  ///
  /// @throws IllegalArgumentException where there is none; the message lists those there are
  public PtxKernel kernel(String name) {
    for (var kernel : kernels) {
      if (kernel.name().equals(name)) {
        return kernel;
      }
    }
    throw new IllegalArgumentException(
        "no kernel \"%s\" in this module; it has %s"
            .formatted(name, kernels.stream().map(PtxKernel::name).toList()));
  }
}

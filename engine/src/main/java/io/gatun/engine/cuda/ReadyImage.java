package io.gatun.engine.cuda;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.engine.cuda.lowering.SourceText;
import io.gatun.kernels.KernelBinaries;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// PTX of the ready-made kernels.
public final class ReadyImage {
  private ReadyImage() {}

  /// The PTX of a file that was compiled when Gatun was built, or, where there was no compiler
  /// then, is compiled now.
  ///
  /// @param compiler is asked for only where it is needed
  public static byte[] of(
      String file, Architecture architecture, Supplier<KernelCompiler> compiler) {
    int number = 10 * architecture.major() + architecture.minor();
    return KernelBinaries.ptx(file, number)
        .map(ptx -> ptx.getBytes(StandardCharsets.UTF_8))
        .orElseGet(
            () ->
                compiler
                    .get()
                    .compile(KernelSource.of(file, SourceText.readyMade(file)), architecture));
  }
}

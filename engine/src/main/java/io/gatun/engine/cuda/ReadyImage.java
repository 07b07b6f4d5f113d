package io.gatun.engine.cuda;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.engine.cuda.lowering.SourceText;
import io.gatun.kernels.KernelBinaries;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/// Code of the ready-made kernels.
public final class ReadyImage {
  private ReadyImage() {}

  /// The code of a file that was compiled when Gatun was built, or, where there was no compiler
  /// then, is compiled now. Where machine code is asked for and there is PTX alone, it is that.
  ///
  /// @param compiler is asked for only where it is needed
  public static byte[] of(
      String file, Architecture architecture, Code code, Supplier<KernelCompiler> compiler) {
    int number = 10 * architecture.major() + architecture.minor();
    Optional<byte[]> machine =
        code == Code.MACHINE ? KernelBinaries.machineCode(file, number) : Optional.empty();
    return machine
        .or(() -> KernelBinaries.ptx(file, number).map(t -> t.getBytes(StandardCharsets.UTF_8)))
        .orElseGet(
            () ->
                compiler
                    .get()
                    .compile(
                        KernelSource.of(file, SourceText.readyMade(file)), architecture, code));
  }
}

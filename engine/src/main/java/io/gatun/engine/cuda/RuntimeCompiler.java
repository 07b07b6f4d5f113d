package io.gatun.engine.cuda;

import io.gatun.engine.EngineException;
import io.gatun.engine.cuda.compile.CachingCompiler;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.NvccCompiler;
import io.gatun.engine.cuda.driver.NvrtcCompiler;
import java.util.Optional;

/// The compiler of kernels that this machine has: NVRTC where its library is found, else `nvcc`.
public final class RuntimeCompiler {
  private RuntimeCompiler() {}

  /// The compiler with its cache; empty where there is none.
  public static Optional<KernelCompiler> find() {
    return NvrtcCompiler.find()
        .<KernelCompiler>map(compiler -> compiler)
        .or(NvccCompiler::find)
        .map(CachingCompiler::of);
  }

  /// The compiler with its cache.
  ///
  /// @throws EngineException where there is none, saying what to install
  public static KernelCompiler required() {
    return find()
        .orElseThrow(
            () ->
                new EngineException(
                    "no compiler of CUDA kernels: neither NVRTC (libnvrtc) nor nvcc is found;"
                        + " install the CUDA toolkit, or the Python package nvidia-cuda-nvrtc and"
                        + " name its folder in GATUN_NATIVE_PATH; `gatun doctor --verbose` says"
                        + " where they were looked for"));
  }
}

package io.gatun.engine.cuda;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.Setting;
import io.gatun.engine.cache.ObjectCache;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.driver.CudaLibraries;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// What a [CudaDevice] makes its programs with.
///
/// @param compiler of the kernels that are generated
/// @param code what it makes: machine code needs no other compiler when it is loaded, but the
/// virtual GPU reads PTX
/// @param libraries the libraries of the machine, which are opened with the device's context
/// current when they are first used
/// @param choices keeps what was faster, a library or a generated kernel; where there is none, each
/// process measures anew
/// @param tf32 whether the factors of f32 products and convolutions may be rounded to tf32, of
/// plans that are loaded without a word on it
public record CudaTools(
    KernelCompiler compiler,
    Code code,
    Supplier<CudaLibraries> libraries,
    Optional<ObjectCache> choices,
    boolean tf32) {
  /// 16 MiB.
  private static final long BOUND = 16L << 20;

  /// A compiler alone: for the virtual GPU, whose memory no library reaches.
  public static CudaTools of(KernelCompiler compiler) {
    return new CudaTools(compiler, Code.PTX, CudaLibraries::none, Optional.empty(), isTf32());
  }

  /// The compiler and the libraries of this machine, for a GPU of it.
  ///
  /// @throws io.gatun.engine.EngineException where there is no compiler, saying what to install
  public static CudaTools ofThisMachine() {
    return new CudaTools(
        RuntimeCompiler.required(),
        Code.MACHINE,
        CudaLibraries::ofThisMachine,
        userCache(),
        isTf32());
  }

  private static boolean isTf32() {
    return Setting.TF32.isOn(System.getenv(), false);
  }

  private static Optional<ObjectCache> userCache() {
    try {
      return Optional.of(new ObjectCache(CacheDirectory.user().folder("tuning"), BOUND));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

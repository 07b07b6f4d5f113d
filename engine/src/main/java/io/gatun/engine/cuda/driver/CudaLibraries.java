package io.gatun.engine.cuda.driver;

import io.gatun.engine.EngineException;
import io.gatun.engine.Setting;
import io.gatun.engine.cuda.library.ContractionLibrary;
import io.gatun.engine.cuda.library.ConvolutionLibrary;
import java.util.Map;
import java.util.Optional;

/// The libraries above the driver that a context has; each is empty where it is absent or switched
/// off (`GATUN_LIBRARIES=off`).
public record CudaLibraries(
    Optional<ContractionLibrary> contractions, Optional<ConvolutionLibrary> convolutions)
    implements AutoCloseable {
  /// No library: for the virtual GPU, whose memory they cannot reach, and where they are off.
  public static final CudaLibraries NONE = new CudaLibraries(Optional.empty(), Optional.empty());

  /// The libraries of this machine for the current context of a [NativeCudaDriver].
  ///
  /// @throws EngineException where the setting has another value than `on` and `off`
  /// @throws io.gatun.cuda.CudaException where a library is found and does not work
  public static CudaLibraries open() {
    return open(System.getenv());
  }

  static CudaLibraries open(Map<String, String> environment) {
    if (!Setting.LIBRARIES.isOn(environment, true)) return NONE;
    Optional<CublasLtLibrary> blas = CublasLtLibrary.open();
    try {
      return new CudaLibraries(
          blas.map(library -> library), blas.flatMap(CudnnLibrary::open).map(library -> library));
    } catch (RuntimeException e) {
      blas.ifPresent(CublasLtLibrary::close);
      throw e;
    }
  }

  /// The convolutions first, because they use the products' library.
  @Override
  public void close() {
    convolutions.ifPresent(ConvolutionLibrary::close);
    contractions.ifPresent(ContractionLibrary::close);
  }
}

package io.gatun.engine.cuda.driver;

import io.gatun.engine.EngineException;
import io.gatun.engine.Setting;
import io.gatun.engine.cuda.library.ContractionLibrary;
import io.gatun.engine.cuda.library.ConvolutionLibrary;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// The libraries above the driver that a context has. Each is opened, which takes a second, when it
/// is first asked for; it is empty where it is absent or switched off (`GATUN_LIBRARIES=off`).
///
/// They belong to the context that is current where they are asked for.
public final class CudaLibraries implements AutoCloseable {
  private final Supplier<Optional<ContractionLibrary>> openContractions;
  private final Function<Optional<ContractionLibrary>, Optional<ConvolutionLibrary>>
      openConvolutions;
  private Optional<Optional<ContractionLibrary>> contractions = Optional.empty();
  private Optional<Optional<ConvolutionLibrary>> convolutions = Optional.empty();

  private CudaLibraries(
      Supplier<Optional<ContractionLibrary>> openContractions,
      Function<Optional<ContractionLibrary>, Optional<ConvolutionLibrary>> openConvolutions) {
    this.openContractions = openContractions;
    this.openConvolutions = openConvolutions;
  }

  /// No library: for the virtual GPU, whose memory they cannot reach, and where they are off.
  public static CudaLibraries none() {
    return of(Optional.empty(), Optional.empty());
  }

  /// Libraries that are open already.
  public static CudaLibraries of(
      Optional<ContractionLibrary> contractions, Optional<ConvolutionLibrary> convolutions) {
    return opening(() -> contractions, _ -> convolutions);
  }

  /// Libraries that are opened when they are first asked for.
  ///
  /// @param convolutions opens them with the library of products
  public static CudaLibraries opening(
      Supplier<Optional<ContractionLibrary>> contractions,
      Function<Optional<ContractionLibrary>, Optional<ConvolutionLibrary>> convolutions) {
    return new CudaLibraries(contractions, convolutions);
  }

  /// The libraries of this machine for the context of a [NativeCudaDriver].
  ///
  /// @throws EngineException where the setting has another value than `on` and `off`
  public static CudaLibraries ofThisMachine() {
    return ofThisMachine(System.getenv());
  }

  static CudaLibraries ofThisMachine(Map<String, String> environment) {
    if (!Setting.LIBRARIES.isOn(environment, true)) return none();
    return opening(
        () -> CublasLtLibrary.open().map(library -> library),
        blas -> blas.flatMap(b -> CudnnLibrary.open((CublasLtLibrary) b)).map(library -> library));
  }

  /// Products.
  ///
  /// @throws io.gatun.cuda.CudaException where the library is found and does not work
  public synchronized Optional<ContractionLibrary> contractions() {
    if (contractions.isEmpty()) contractions = Optional.of(openContractions.get());
    return contractions.get();
  }

  /// Convolutions, which use the library of products.
  ///
  /// @throws io.gatun.cuda.CudaException where a library is found and does not work
  public synchronized Optional<ConvolutionLibrary> convolutions() {
    if (convolutions.isEmpty()) {
      convolutions = Optional.of(openConvolutions.apply(contractions()));
    }
    return convolutions.get();
  }

  /// The convolutions first, because they use the products' library.
  @Override
  public synchronized void close() {
    convolutions.flatMap(library -> library).ifPresent(ConvolutionLibrary::close);
    contractions.flatMap(library -> library).ifPresent(ContractionLibrary::close);
  }
}

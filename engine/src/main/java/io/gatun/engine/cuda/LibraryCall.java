package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.engine.cuda.library.ConvolutionMatch;
import io.gatun.engine.cuda.library.ConvolutionPointers;
import io.gatun.engine.cuda.library.LibraryLaunch;
import io.gatun.engine.cuda.library.ProductMatch;
import io.gatun.engine.cuda.library.ProductPointers;
import io.gatun.engine.cuda.library.SplitContraction;
import io.gatun.graph.kernel.Kernel;
import java.util.function.IntToLongFunction;

/// A kernel of a plan done by a library.
///
/// @param name of the way that the library does it
/// @param workspaceBytes memory that a launch needs while it runs
/// @param body puts the work into a stream
record LibraryCall(String name, long workspaceBytes, Body body) {
  /// Puts the work into a stream.
  @FunctionalInterface
  interface Body {
    void launch(CudaDriver.Stream stream, Addresses addresses, long workspace);
  }

  /// A product.
  static LibraryCall of(ProductMatch match, Kernel kernel, LibraryLaunch<ProductPointers> launch) {
    return new LibraryCall(
        launch.name(),
        launch.workspaceBytes(),
        (stream, addresses, workspace) ->
            launch.launch(stream, pointers(match, kernel, addresses), workspace));
  }

  /// A convolution.
  ///
  /// @param result buffer of what is written
  static LibraryCall of(
      ConvolutionMatch match, int result, LibraryLaunch<ConvolutionPointers> launch) {
    return new LibraryCall(
        launch.name(),
        launch.workspaceBytes(),
        (stream, addresses, workspace) -> {
          IntToLongFunction at =
              buffer -> addresses.of(buffer == ConvolutionMatch.RESULT ? result : buffer);
          var pointers =
              new ConvolutionPointers(
                  at.applyAsLong(match.x()), at.applyAsLong(match.w()), at.applyAsLong(match.y()));
          launch.launch(stream, pointers, workspace);
        });
  }

  /// This call for the sums of a contraction, whose array is the start of the workspace, then its
  /// epilogue.
  LibraryCall then(SplitContraction split, Epilogue epilogue) {
    int last = split.sums().buffers().size() - 1;
    long sums = CudaLoader.align(split.bytes());
    return new LibraryCall(
        name,
        sums + workspaceBytes,
        (stream, addresses, workspace) -> {
          Addresses all = buffer -> buffer == last ? workspace : addresses.of(buffer);
          body.launch(stream, all, workspace + sums);
          epilogue.launch(stream, all);
        });
  }

  /// Puts an epilogue into a stream.
  @FunctionalInterface
  interface Epilogue {
    void launch(CudaDriver.Stream stream, Addresses addresses);
  }

  private static ProductPointers pointers(ProductMatch match, Kernel kernel, Addresses addresses) {
    return new ProductPointers(
        address(match.a(), kernel, addresses),
        address(match.b(), kernel, addresses),
        match.c().map(place -> address(place, kernel, addresses)).orElse(0L),
        address(match.d(), kernel, addresses),
        match.bias().map(place -> address(place, kernel, addresses)).orElse(0L),
        0);
  }

  private static long address(ProductMatch.Place place, Kernel kernel, Addresses addresses) {
    int bytes = kernel.buffers().get(place.buffer()).type().dtype().bytes();
    return addresses.of(place.buffer()) + place.offset() * bytes;
  }
}

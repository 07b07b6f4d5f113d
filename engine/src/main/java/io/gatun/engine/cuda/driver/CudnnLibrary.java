package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cudnn.CuDnn.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.dnn;

import io.gatun.bindings.NativeLibraries;
import io.gatun.engine.cuda.library.Convolution;
import io.gatun.engine.cuda.library.ConvolutionLibrary;
import io.gatun.engine.cuda.library.ConvolutionPointers;
import io.gatun.engine.cuda.library.LibraryLaunch;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Convolutions by cuDNN, whose calls of version 7 still serve.
public final class CudnnLibrary implements ConvolutionLibrary {
  /// Algorithms that want more for a single convolution are left alone.
  private static final long MOST_WORKSPACE = 256L << 20;

  private record Prepared(
      ConvolutionDescriptors descriptors,
      FilterTransposition transposition,
      List<LibraryLaunch<ConvolutionPointers>> launches) {
    void close() {
      descriptors.close();
      transposition.close();
    }
  }

  private final MemorySegment handle;
  private final CublasLtLibrary blas;
  private final Map<Convolution, Prepared> known = new HashMap<>();

  private CudnnLibrary(MemorySegment handle, CublasLtLibrary blas) {
    this.handle = handle;
    this.blas = blas;
  }

  /// The library of this machine, for the current context; empty where it is not found.
  ///
  /// @param blas transposes filters; closed after this
  /// @throws io.gatun.cuda.CudaException where it does not work
  public static Optional<CudnnLibrary> open(CublasLtLibrary blas) {
    if (!NativeLibraries.isAvailable("cudnn")) return Optional.empty();
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      dnn(cudnnCreate(out), "cudnnCreate", () -> "a handle");
      return Optional.of(new CudnnLibrary(out.get(ValueLayout.ADDRESS, 0), blas));
    }
  }

  @Override
  public String version() {
    return "cuDNN " + cudnnGetVersion();
  }

  @Override
  public synchronized List<LibraryLaunch<ConvolutionPointers>> launches(Convolution convolution) {
    var type = convolution.type();
    boolean isKnown = type == DType.F32 || type == DType.F16 || type == DType.BF16;
    return isKnown ? known.computeIfAbsent(convolution, this::prepare).launches() : List.of();
  }

  @Override
  public synchronized void close() {
    known.values().forEach(Prepared::close);
    known.clear();
    dnn(cudnnDestroy(handle), "cudnnDestroy", () -> "the handle");
  }

  private Prepared prepare(Convolution convolution) {
    var descriptors = new ConvolutionDescriptors(convolution);
    var transposition =
        new FilterTransposition(
            blas.handle(), convolution.type(), convolution.filterRow(), convolution.filters());
    var launches = new ArrayList<LibraryLaunch<ConvolutionPointers>>();
    for (var guess : ConvolutionGuess.of(handle, convolution.part(), descriptors)) {
      var bytes = guess.workspace(handle, convolution.part(), descriptors);
      if (bytes.isEmpty() || bytes.getAsLong() > MOST_WORKSPACE) continue;
      launches.add(
          new CudnnLaunch(
              handle,
              convolution,
              descriptors,
              transposition,
              guess,
              bytes.getAsLong(),
              "cudnn " + guess.algorithm() + "/" + guess.math()));
    }
    return new Prepared(descriptors, transposition, List.copyOf(launches));
  }
}

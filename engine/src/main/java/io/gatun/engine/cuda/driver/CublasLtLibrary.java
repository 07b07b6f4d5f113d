package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cublaslt.CuBlasLt.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.blas;

import io.gatun.bindings.NativeLibraries;
import io.gatun.bindings.cublaslt.cublasLtMatmulHeuristicResult_t;
import io.gatun.engine.cuda.library.ContractionLibrary;
import io.gatun.engine.cuda.library.LibraryLaunch;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.engine.cuda.library.ProductPointers;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Matrix products by cuBLASLt.
public final class CublasLtLibrary implements ContractionLibrary {
  /// Guesses that the library is asked for: enough for the tuner, and each is quickly found.
  private static final int GUESSES = 4;

  /// The library splits sums over `k` where it may use memory for the parts.
  private static final long MOST_WORKSPACE = 32L << 20;

  private record Prepared(
      ProductDescriptors descriptors, List<LibraryLaunch<ProductPointers>> launches) {}

  private final MemorySegment handle;
  private final Map<MatrixProduct, Prepared> known = new HashMap<>();

  private CublasLtLibrary(MemorySegment handle) {
    this.handle = handle;
  }

  /// The library of this machine, for the current context; empty where it is not found.
  ///
  /// @throws io.gatun.cuda.CudaException where it does not work
  public static Optional<CublasLtLibrary> open() {
    if (!NativeLibraries.isAvailable("cublaslt")) return Optional.empty();
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      blas(cublasLtCreate(out), "cublasLtCreate", () -> "a handle");
      return Optional.of(new CublasLtLibrary(out.get(ValueLayout.ADDRESS, 0)));
    }
  }

  /// For other work of the library.
  MemorySegment handle() {
    return handle;
  }

  @Override
  public String version() {
    return "cuBLASLt " + cublasLtGetVersion();
  }

  @Override
  public synchronized List<LibraryLaunch<ProductPointers>> launches(MatrixProduct product) {
    if (!isSupported(product)) return List.of();
    return known.computeIfAbsent(product, this::prepare).launches();
  }

  @Override
  public synchronized void close() {
    known.values().forEach(prepared -> prepared.descriptors().close());
    known.clear();
    blas(cublasLtDestroy(handle), "cublasLtDestroy", () -> "the handle");
  }

  private static boolean isSupported(MatrixProduct product) {
    var type = product.a().type();
    boolean isKnown = type == DType.F32 || type == DType.F16 || type == DType.BF16;
    boolean isPlain = product.d().type() == type || product.d().type() == DType.F32;
    return isKnown
        && product.b().type() == type
        && isPlain
        && !(product.epilogue().writesBias() && product.batch() > 1);
  }

  private Prepared prepare(MatrixProduct product) {
    var descriptors = new ProductDescriptors(product);
    return new Prepared(descriptors, guesses(product, descriptors));
  }

  private List<LibraryLaunch<ProductPointers>> guesses(
      MatrixProduct product, ProductDescriptors descriptors) {
    var launches = new ArrayList<LibraryLaunch<ProductPointers>>();
    var results = cublasLtMatmulHeuristicResult_t.allocateArray(GUESSES, descriptors.arena());
    int found = heuristics(product, descriptors, results);
    for (int i = 0; i < found; i++) {
      var result = cublasLtMatmulHeuristicResult_t.asSlice(results, i);
      if (cublasLtMatmulHeuristicResult_t.state(result) != CUBLAS_STATUS_SUCCESS()) continue;
      launches.add(
          new CublasLtLaunch(
              handle,
              product,
              descriptors,
              cublasLtMatmulHeuristicResult_t.algo(result),
              cublasLtMatmulHeuristicResult_t.workspaceSize(result),
              "cublasLt " + launches.size()));
    }
    return List.copyOf(launches);
  }

  /// Number of results; 0 where the library has no way to compute this product.
  private int heuristics(
      MatrixProduct product, ProductDescriptors descriptors, MemorySegment results) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      blas(cublasLtMatmulPreferenceCreate(out), "cublasLtMatmulPreferenceCreate", () -> "one");
      var preference = out.get(ValueLayout.ADDRESS, 0);
      try {
        prefer(
            preference,
            CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES(),
            arena.allocateFrom(ValueLayout.JAVA_LONG, MOST_WORKSPACE));
        var alignment = arena.allocateFrom(ValueLayout.JAVA_INT, LibraryCalls.ALIGNMENT);
        prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES(), alignment);
        prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES(), alignment);
        prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES(), alignment);
        prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES(), alignment);
        var count = arena.allocate(ValueLayout.JAVA_INT);
        int status =
            cublasLtMatmulAlgoGetHeuristic(
                handle,
                descriptors.product(),
                descriptors.a(),
                descriptors.b(),
                descriptors.d(),
                descriptors.d(),
                preference,
                GUESSES,
                results,
                count);
        if (status == CUBLAS_STATUS_NOT_SUPPORTED()) return 0;
        blas(status, "cublasLtMatmulAlgoGetHeuristic", product::toString);
        return count.get(ValueLayout.JAVA_INT, 0);
      } finally {
        blas(
            cublasLtMatmulPreferenceDestroy(preference),
            "cublasLtMatmulPreferenceDestroy",
            () -> "one");
      }
    }
  }

  private static void prefer(MemorySegment preference, int attribute, MemorySegment value) {
    blas(
        cublasLtMatmulPreferenceSetAttribute(preference, attribute, value, value.byteSize()),
        "cublasLtMatmulPreferenceSetAttribute",
        () -> "attribute " + attribute);
  }
}

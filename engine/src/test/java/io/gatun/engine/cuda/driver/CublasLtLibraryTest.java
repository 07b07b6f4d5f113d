package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaException;
import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.Matrix;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.engine.cuda.library.ProductPointers;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The calls are checked by a double of cuBLASLt that does what its documentation says; what comes
/// out is compared with a row-major reference of [MatrixProduct]'s own words.
@Tag("stand-in")
class CublasLtLibraryTest {
  private static final Stream STREAM = new Stream(0x5151);

  private StandIn standIn;
  private CublasLtLibrary library;

  @BeforeEach
  void open() {
    standIn = StandIn.cublasLt();
    standIn.clear();
    library = CublasLtLibrary.open().orElseThrow();
  }

  @AfterEach
  void close() {
    if (library != null) library.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyEpilogueInRowMajorTerms(Epilogue epilogue) {
    long seed = 40 + epilogue.ordinal();
    var random = new Random(seed);
    for (var type : List.of(DType.F32, DType.F16, DType.BF16)) {
      for (int transposed = 0; transposed < 4; transposed++) {
        int batch = epilogue.writesBias() ? 1 : 1 + random.nextInt(3);
        var product = product(random, type, batch, transposed).withEpilogue(epilogue);
        ProductReference.check(library, product, random, STREAM, "seed " + seed);
      }
    }
  }

  private static MatrixProduct product(Random random, DType type, int batch, int transposed) {
    int m = 1 + random.nextInt(9);
    int n = 1 + random.nextInt(9);
    int k = 1 + random.nextInt(9);
    boolean transposedA = (transposed & 1) != 0;
    boolean transposedB = (transposed & 2) != 0;
    return new MatrixProduct(
        batch,
        m,
        n,
        k,
        matrix(random, type, transposedA, m, k),
        matrix(random, type, transposedB, k, n),
        matrix(random, random.nextInt(4) == 0 ? DType.F32 : type, false, m, n),
        Precision.FULL,
        random.nextBoolean() ? 1 : 0.5f,
        random.nextBoolean() ? 0 : 2,
        Epilogue.NONE);
  }

  /// With gaps after the rows and between the matrices.
  private static Matrix matrix(
      Random random, DType type, boolean transposed, int rows, int columns) {
    long width = (transposed ? rows : columns) + random.nextInt(3);
    long stride = width * (transposed ? columns : rows) + random.nextInt(5);
    return new Matrix(type, transposed, width, stride);
  }

  @Test
  void oneMatrixServesAWholeBatch() {
    var a = new Matrix(DType.F32, false, 4, 0);
    var product =
        new MatrixProduct(
            3,
            2,
            5,
            4,
            a,
            Matrix.packed(DType.F32, 4, 5),
            Matrix.packed(DType.F32, 2, 5),
            Precision.FULL,
            1,
            0,
            Epilogue.NONE);
    ProductReference.check(library, product, new Random(7), STREAM, "seed 7");
  }

  @Test
  void precisionsChooseTheComputeType() {
    var product = MatrixProduct.of(4, 4, 4, DType.F32);
    for (var precision : Precision.values()) library.launches(product.withPrecision(precision));
    library.launches(MatrixProduct.of(4, 4, 4, DType.BF16).withPrecision(Precision.TF32));
    assertEquals(
        List.of(
            "compute=68 scale=0",
            "compute=77 scale=0",
            "compute=75 scale=0",
            "compute=74 scale=0",
            "compute=68 scale=0"),
        standIn.calls("cublasLtMatmulDescCreate"));
  }

  @Test
  void guessesAreRememberedAndLimited() {
    var product = MatrixProduct.of(3, 5, 7, DType.F32);
    var first = library.launches(product);
    assertEquals(2, first.size());
    assertEquals(List.of(0L, 1024L), first.stream().map(l -> l.workspaceBytes()).toList());
    assertEquals("cublasLt 1", first.get(1).name());
    assertEquals(first, library.launches(MatrixProduct.of(3, 5, 7, DType.F32)));
    assertEquals(
        List.of("wanted=4 workspace=33554432 alignment=16,16,16,16"),
        standIn.calls("cublasLtMatmulAlgoGetHeuristic"));
  }

  @Test
  void whatTheLibraryCannotDoIsNoError() {
    // The double has no algorithm for 13 of its columns, our rows.
    assertEquals(List.of(), library.launches(MatrixProduct.of(13, 5, 7, DType.F32)));
    assertEquals(List.of(), library.launches(MatrixProduct.of(4, 5, 7, DType.I32)));
    var mixed =
        new MatrixProduct(
            2,
            4,
            4,
            4,
            Matrix.packed(DType.F32, 4, 4),
            Matrix.packed(DType.F32, 4, 4),
            Matrix.packed(DType.F32, 4, 4),
            Precision.FULL,
            1,
            0,
            Epilogue.SUM_OF_B);
    assertEquals(List.of(), library.launches(mixed));
  }

  @Test
  void badAddressesAreNamedBeforeTheCall() {
    try (var arena = Arena.ofConfined()) {
      var memory = NativeArray.of(arena, DType.F32, 64).address();
      var launch =
          library
              .launches(MatrixProduct.of(4, 4, 4, DType.F32).withEpilogue(Epilogue.BIAS))
              .getFirst();
      refused("a lies at 0x", () -> launch.launch(STREAM, pointers(memory + 4, memory, memory), 0));
      refused("b lies at 0x0", () -> launch.launch(STREAM, pointers(memory, 0, memory), 0));
      refused("the bias lies", () -> launch.launch(STREAM, pointers(memory, memory, 0), 0));
      assertEquals(List.of(), standIn.calls("cublasLtMatmul"));
    }
  }

  private static ProductPointers pointers(long a, long b, long bias) {
    return new ProductPointers(a, b, 0, 4096, bias, 0);
  }

  private static void refused(String message, Runnable call) {
    var e = assertThrows(CudaException.class, call::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void failuresNameTheProductAndTheCure() {
    try (var arena = Arena.ofConfined()) {
      long memory = NativeArray.of(arena, DType.F32, 64).address();
      var launch = library.launches(MatrixProduct.of(4, 4, 4, DType.F32)).getFirst();
      standIn.fail("cublasLtMatmul", 1, 13);
      var e =
          assertThrows(
              CudaException.class,
              () -> launch.launch(STREAM, ProductPointers.of(memory, memory, memory), 0));
      assertEquals(13, e.code());
      assertTrue(e.getMessage().contains("MatrixProduct[batch=1, m=4"), e.getMessage());
      assertTrue(e.getMessage().contains("GATUN_LIBRARIES=off"), e.getMessage());
    }
    standIn.fail("cublasLtCreate", 1, 1);
    assertThrows(CudaException.class, () -> CublasLtLibrary.open());
  }

  @Test
  void whatWasMadeIsDestroyed() {
    library.launches(MatrixProduct.of(4, 4, 4, DType.F32));
    library.launches(MatrixProduct.of(4, 5, 4, DType.F32));
    library.close();
    library = null;
    for (var thing : List.of("MatrixLayout", "MatmulDesc", "MatmulPreference")) {
      assertEquals(
          standIn.calls("cublasLt" + thing + "Create").size(),
          standIn.calls("cublasLt" + thing + "Destroy").size(),
          thing);
    }
    assertEquals(1, standIn.calls("cublasLtDestroy").size());
  }
}

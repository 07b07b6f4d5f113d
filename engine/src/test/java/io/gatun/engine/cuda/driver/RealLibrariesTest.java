package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.bindings.NativeLibraries;
import io.gatun.bindings.cublaslt.CuBlasLt;
import io.gatun.bindings.cudnn.CuDnn;
import io.gatun.engine.cuda.library.Convolution;
import io.gatun.engine.cuda.library.Convolution.Part;
import io.gatun.engine.cuda.library.Convolution.Size;
import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the real libraries do without a GPU: they take descriptions, and refuse what they do not
/// know.
class RealLibrariesTest {
  @ParameterizedTest
  @EnumSource
  void cublasLtTakesEveryAttribute(Epilogue epilogue) {
    assumeFound("cublaslt");
    var product = MatrixProduct.of(24, 40, 16, DType.F16).withEpilogue(epilogue);
    assertDoesNotThrow(
        () -> {
          var descriptors = new ProductDescriptors(product);
          descriptors.point(4096, 8192);
          descriptors.close();
        });
    assertDoesNotThrow(() -> new FilterTransposition(MemorySegment.NULL, DType.BF16, 9, 4).close());
    assertEquals(
        13, CuBlasLt.cublasLtGetVersion() / 10_000, "the bindings are those of version 13");
  }

  @ParameterizedTest
  @EnumSource
  void cudnnAgreesOnTheSizeOfTheResult(Part part) {
    assumeFound("cudnn");
    var convolution =
        new Convolution(
            part,
            DType.F32,
            Precision.TF32,
            5,
            new Size(17, 12),
            6,
            new Size(3, 2),
            8,
            new Size(2, 3),
            new Size(1, 2),
            new Size(2, 1),
            2);
    try (var arena = Arena.ofConfined()) {
      var descriptors = new ConvolutionDescriptors(convolution);
      var out = arena.allocate(ValueLayout.JAVA_INT, 4);
      int status =
          CuDnn.cudnnGetConvolution2dForwardOutputDim(
              descriptors.operation(),
              descriptors.x(),
              descriptors.w(),
              out,
              out.asSlice(4),
              out.asSlice(8),
              out.asSlice(12));
      assertEquals(CuDnn.CUDNN_STATUS_SUCCESS(), status);
      assertEquals(5, out.getAtIndex(ValueLayout.JAVA_INT, 0));
      assertEquals(8, out.getAtIndex(ValueLayout.JAVA_INT, 1));
      assertEquals(
          convolution.result(),
          new Size(
              out.getAtIndex(ValueLayout.JAVA_INT, 2), out.getAtIndex(ValueLayout.JAVA_INT, 3)));
      descriptors.close();
    }
  }

  private static void assumeFound(String library) {
    Assumptions.assumeTrue(
        NativeLibraries.isAvailable(library),
        () -> "SKIPPED: " + NativeLibraries.resolve(library).cure());
  }
}

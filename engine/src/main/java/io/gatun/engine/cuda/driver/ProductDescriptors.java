package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cublaslt.CuBlasLt.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.blas;

import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.Matrix;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A product as cuBLASLt is told of it.
///
/// The library's matrices go column after column, ours row after row: the same memory is the
/// transposed matrix there. So it is asked for `d^T = b^T a^T`: our `b` is its A, our `a` its B,
/// `n` its rows and `m` its columns, and its bias, which is one value a row, is one a column for
/// us.
final class ProductDescriptors implements AutoCloseable {
  /// Stands for the operands where only their alignment matters.
  private static final long PLACEHOLDER = LibraryCalls.ALIGNMENT;

  private final Arena arena = Arena.ofShared();
  private final MatrixProduct product;
  private final MemorySegment descriptor;
  private final MemorySegment a;
  private final MemorySegment b;
  private final MemorySegment d;

  ProductDescriptors(MatrixProduct product) {
    this.product = product;
    descriptor = createProduct();
    a = layout(product.b(), product.k(), product.n());
    b = layout(product.a(), product.m(), product.k());
    d = layout(product.d(), product.m(), product.n());
  }

  /// Of the multiplication itself.
  MemorySegment product() {
    return descriptor;
  }

  /// Layout of the library's A, which is our `b`.
  MemorySegment a() {
    return a;
  }

  /// Layout of the library's B, which is our `a`.
  MemorySegment b() {
    return b;
  }

  /// Layout of `c` and `d`.
  MemorySegment d() {
    return d;
  }

  Arena arena() {
    return arena;
  }

  /// Names the memory of this launch.
  void point(long bias, long auxiliary) {
    if (product.epilogue().hasBias()) {
      set(CUBLASLT_MATMUL_DESC_BIAS_POINTER(), bias);
    }
    if (product.epilogue().auxiliary() != Epilogue.Auxiliary.NONE) {
      set(CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER(), auxiliary);
    }
  }

  @Override
  public void close() {
    blas(cublasLtMatrixLayoutDestroy(a), "cublasLtMatrixLayoutDestroy", () -> "A");
    blas(cublasLtMatrixLayoutDestroy(b), "cublasLtMatrixLayoutDestroy", () -> "B");
    blas(cublasLtMatrixLayoutDestroy(d), "cublasLtMatrixLayoutDestroy", () -> "D");
    blas(cublasLtMatmulDescDestroy(descriptor), "cublasLtMatmulDescDestroy", () -> "a product");
    arena.close();
  }

  private MemorySegment createProduct() {
    var out = arena.allocate(ValueLayout.ADDRESS);
    blas(
        cublasLtMatmulDescCreate(out, computeType(product), CUDA_R_32F()),
        "cublasLtMatmulDescCreate",
        product::toString);
    var created = out.get(ValueLayout.ADDRESS, 0);
    set(created, CUBLASLT_MATMUL_DESC_TRANSA(), transposition(product.b()));
    set(created, CUBLASLT_MATMUL_DESC_TRANSB(), transposition(product.a()));
    set(created, CUBLASLT_MATMUL_DESC_EPILOGUE(), epilogue(product.epilogue()));
    // Looking for algorithms the library takes the alignment of these addresses, not their memory.
    if (product.epilogue().hasBias()) {
      set(created, CUBLASLT_MATMUL_DESC_BIAS_POINTER(), PLACEHOLDER);
    }
    if (product.epilogue().auxiliary() != Epilogue.Auxiliary.NONE) {
      long row = product.auxiliaryLeadingDimension();
      set(created, CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER(), PLACEHOLDER);
      set(created, CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD(), row);
      set(created, CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_BATCH_STRIDE(), row * product.m());
    }
    return created;
  }

  private MemorySegment layout(Matrix matrix, int rows, int columns) {
    int memoryRows = matrix.transposed() ? columns : rows;
    int width = matrix.transposed() ? rows : columns;
    var out = arena.allocate(ValueLayout.ADDRESS);
    blas(
        cublasLtMatrixLayoutCreate(
            out, type(matrix.type()), width, memoryRows, matrix.leadingDimension()),
        "cublasLtMatrixLayoutCreate",
        matrix::toString);
    var layout = out.get(ValueLayout.ADDRESS, 0);
    var batch = arena.allocateFrom(ValueLayout.JAVA_INT, product.batch());
    var stride = arena.allocateFrom(ValueLayout.JAVA_LONG, matrix.batchStride());
    setLayout(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT(), batch);
    setLayout(layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET(), stride);
    return layout;
  }

  private static void setLayout(MemorySegment layout, int attribute, MemorySegment value) {
    blas(
        cublasLtMatrixLayoutSetAttribute(layout, attribute, value, value.byteSize()),
        "cublasLtMatrixLayoutSetAttribute",
        () -> "attribute " + attribute);
  }

  private void set(int attribute, long value) {
    set(descriptor, attribute, value);
  }

  private static void set(MemorySegment descriptor, int attribute, long value) {
    try (var scratch = Arena.ofConfined()) {
      set(descriptor, attribute, scratch.allocateFrom(ValueLayout.JAVA_LONG, value));
    }
  }

  private static void set(MemorySegment descriptor, int attribute, int value) {
    try (var scratch = Arena.ofConfined()) {
      set(descriptor, attribute, scratch.allocateFrom(ValueLayout.JAVA_INT, value));
    }
  }

  private static void set(MemorySegment descriptor, int attribute, MemorySegment value) {
    blas(
        cublasLtMatmulDescSetAttribute(descriptor, attribute, value, value.byteSize()),
        "cublasLtMatmulDescSetAttribute",
        () -> "attribute " + attribute);
  }

  private static int transposition(Matrix matrix) {
    return matrix.transposed() ? CUBLAS_OP_T() : CUBLAS_OP_N();
  }

  /// The library's number of an element type.
  static int type(DType type) {
    return switch (type) {
      case F32 -> CUDA_R_32F();
      case F16 -> CUDA_R_16F();
      case BF16 -> CUDA_R_16BF();
      case F64, I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("no products of " + type + " by cuBLASLt here");
    };
  }

  private static int computeType(MatrixProduct product) {
    if (product.a().type() != DType.F32) return CUBLAS_COMPUTE_32F();
    return switch (product.precision()) {
      case FULL -> CUBLAS_COMPUTE_32F();
      case TF32 -> CUBLAS_COMPUTE_32F_FAST_TF32();
      case BF16 -> CUBLAS_COMPUTE_32F_FAST_16BF();
      case F16 -> CUBLAS_COMPUTE_32F_FAST_16F();
    };
  }

  private static int epilogue(Epilogue epilogue) {
    return switch (epilogue) {
      case NONE -> CUBLASLT_EPILOGUE_DEFAULT();
      case BIAS -> CUBLASLT_EPILOGUE_BIAS();
      case RELU -> CUBLASLT_EPILOGUE_RELU();
      case RELU_BIAS -> CUBLASLT_EPILOGUE_RELU_BIAS();
      case RELU_AUXILIARY -> CUBLASLT_EPILOGUE_RELU_AUX();
      case RELU_AUXILIARY_BIAS -> CUBLASLT_EPILOGUE_RELU_AUX_BIAS();
      case GELU -> CUBLASLT_EPILOGUE_GELU();
      case GELU_BIAS -> CUBLASLT_EPILOGUE_GELU_BIAS();
      case GELU_AUXILIARY -> CUBLASLT_EPILOGUE_GELU_AUX();
      case GELU_AUXILIARY_BIAS -> CUBLASLT_EPILOGUE_GELU_AUX_BIAS();
      case RELU_GRADIENT -> CUBLASLT_EPILOGUE_DRELU();
      case RELU_GRADIENT_BIAS_GRADIENT -> CUBLASLT_EPILOGUE_DRELU_BGRAD();
      case GELU_GRADIENT -> CUBLASLT_EPILOGUE_DGELU();
      case GELU_GRADIENT_BIAS_GRADIENT -> CUBLASLT_EPILOGUE_DGELU_BGRAD();
      // The library's A is our b.
      case SUM_OF_A -> CUBLASLT_EPILOGUE_BGRADB();
      case SUM_OF_B -> CUBLASLT_EPILOGUE_BGRADA();
    };
  }
}

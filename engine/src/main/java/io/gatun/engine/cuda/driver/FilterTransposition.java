package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cublaslt.CuBlasLt.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.blas;

import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies a matrix between the two orders of memory, which transposes it: cuDNN has the filters
/// outermost, the graph innermost. To the library it is a matrix that changes its order.
final class FilterTransposition implements AutoCloseable {
  private final MemorySegment handle;
  private final MemorySegment descriptor;
  private final MemorySegment byRows;
  private final MemorySegment byColumns;

  /// @param rows elements of one filter
  /// @param columns filters
  FilterTransposition(MemorySegment handle, DType type, int rows, int columns) {
    this.handle = handle;
    byRows = layout(type, rows, columns, CUBLASLT_ORDER_ROW(), columns);
    byColumns = layout(type, rows, columns, CUBLASLT_ORDER_COL(), rows);
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      blas(
          cublasLtMatrixTransformDescCreate(out, CUDA_R_32F()),
          "cublasLtMatrixTransformDescCreate",
          () -> "a transposition");
      descriptor = out.get(ValueLayout.ADDRESS, 0);
    }
  }

  /// From the graph's order to cuDNN's.
  void filtersOutermost(long source, long target, Stream stream) {
    transform(source, byRows, target, byColumns, stream);
  }

  /// From cuDNN's order to the graph's.
  void filtersInnermost(long source, long target, Stream stream) {
    transform(source, byColumns, target, byRows, stream);
  }

  private void transform(
      long source, MemorySegment from, long target, MemorySegment to, Stream stream) {
    try (var arena = Arena.ofConfined()) {
      blas(
          cublasLtMatrixTransform(
              handle,
              descriptor,
              arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1),
              Calls.pointer(source),
              from,
              arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0),
              MemorySegment.NULL,
              MemorySegment.NULL,
              Calls.pointer(target),
              to,
              Calls.pointer(stream.handle())),
          "cublasLtMatrixTransform",
          () -> "a filter");
    }
  }

  @Override
  public void close() {
    blas(cublasLtMatrixLayoutDestroy(byRows), "cublasLtMatrixLayoutDestroy", () -> "rows");
    blas(cublasLtMatrixLayoutDestroy(byColumns), "cublasLtMatrixLayoutDestroy", () -> "columns");
    blas(
        cublasLtMatrixTransformDescDestroy(descriptor),
        "cublasLtMatrixTransformDescDestroy",
        () -> "a transposition");
  }

  private static MemorySegment layout(DType type, int rows, int columns, int order, long leading) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      blas(
          cublasLtMatrixLayoutCreate(out, ProductDescriptors.type(type), rows, columns, leading),
          "cublasLtMatrixLayoutCreate",
          () -> "%d by %d".formatted(rows, columns));
      var layout = out.get(ValueLayout.ADDRESS, 0);
      var value = arena.allocateFrom(ValueLayout.JAVA_INT, order);
      blas(
          cublasLtMatrixLayoutSetAttribute(
              layout, CUBLASLT_MATRIX_LAYOUT_ORDER(), value, value.byteSize()),
          "cublasLtMatrixLayoutSetAttribute",
          () -> "an order");
      return layout;
    }
  }
}

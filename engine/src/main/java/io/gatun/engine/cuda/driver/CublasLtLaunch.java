package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cublaslt.CuBlasLt.cublasLtMatmul;

import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.LibraryLaunch;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.engine.cuda.library.ProductPointers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A product by one algorithm of cuBLASLt.
record CublasLtLaunch(
    MemorySegment handle,
    MatrixProduct product,
    ProductDescriptors descriptors,
    MemorySegment algorithm,
    long workspaceBytes,
    String name)
    implements LibraryLaunch<ProductPointers> {

  @Override
  public void launch(Stream stream, ProductPointers pointers, long workspace) {
    check(pointers, workspace);
    // Where beta is 0, c is not read, but the library wants an address.
    long c = product.beta() == 0 ? pointers.d() : pointers.c();
    synchronized (descriptors) {
      descriptors.point(pointers.bias(), pointers.auxiliary());
      try (var arena = Arena.ofConfined()) {
        int status =
            cublasLtMatmul(
                handle,
                descriptors.product(),
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, product.alpha()),
                Calls.pointer(pointers.b()),
                descriptors.a(),
                Calls.pointer(pointers.a()),
                descriptors.b(),
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, product.beta()),
                Calls.pointer(c),
                descriptors.d(),
                Calls.pointer(pointers.d()),
                descriptors.d(),
                algorithm,
                Calls.pointer(workspace),
                workspaceBytes,
                Calls.pointer(stream.handle()));
        LibraryCalls.blas(status, "cublasLtMatmul", product::toString);
      }
    }
  }

  private void check(ProductPointers pointers, long workspace) {
    check("a", pointers.a());
    check("b", pointers.b());
    check("d", pointers.d());
    if (product.beta() != 0) check("c", pointers.c());
    if (product.epilogue().hasBias()) check("the bias", pointers.bias());
    if (product.epilogue().auxiliary() != Epilogue.Auxiliary.NONE) {
      check("the auxiliary", pointers.auxiliary());
    }
    if (workspaceBytes > 0) check("the workspace", workspace);
  }

  private static void check(String operand, long address) {
    LibraryCalls.checkAddress("cublasLtMatmul", operand, address);
  }
}

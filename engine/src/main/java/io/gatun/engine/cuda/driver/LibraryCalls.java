package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cublaslt.CuBlasLt.*;
import static io.gatun.bindings.cudnn.CuDnn.*;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.util.function.Supplier;

/// Checked calls of the libraries above the driver.
final class LibraryCalls {
  /// What operands are promised to be aligned to, in bytes: what vector loads need.
  static final int ALIGNMENT = 16;

  private LibraryCalls() {}

  /// Throws unless a call of cuBLASLt succeeded.
  static void blas(int status, String call, Supplier<String> asked) {
    if (status == CUBLAS_STATUS_SUCCESS()) return;
    throw new CudaException(
        call,
        status,
        "%s gave %s (%d); %s"
            .formatted(asked.get(), Calls.string(cublasLtGetStatusString(status)), status, CURE));
  }

  /// Throws unless a call of cuDNN succeeded.
  static void dnn(int status, String call, Supplier<String> asked) {
    if (status == CUDNN_STATUS_SUCCESS()) return;
    throw new CudaException(
        call,
        status,
        "%s gave %s (%d); %s"
            .formatted(asked.get(), Calls.string(cudnnGetErrorString(status)), status, CURE));
  }

  /// Checks an operand's address, which the library would answer with a fault of the device.
  static void checkAddress(String call, String operand, long address) {
    if (address == 0 || address % ALIGNMENT != 0) {
      throw new CudaException(
          call,
          CudaResult.INVALID_VALUE,
          "%s lies at 0x%x; it must be device memory aligned to %d bytes"
              .formatted(operand, address, ALIGNMENT));
    }
  }

  private static final String CURE = "GATUN_LIBRARIES=off does without the library";
}

package io.gatun.cuda;

/// A call of the driver, or of a library above it, that failed.
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String call;
  private final int code;

  /// A failure of `call`.
  ///
  /// @param call name of the function, as `cuMemAlloc`
  /// @param code the result it returned
  /// @param message says what was asked and what to do about it
  public CudaException(String call, int code, String message) {
    super(call + ": " + message);
    this.call = call;
    this.code = code;
  }

  /// The same failure, its message with where it happened before what was asked.
  ///
  /// @param place as `step 3, %7 exp`
  public CudaException at(String place) {
    var what = getMessage().substring(call.length() + ": ".length());
    var placed = new CudaException(call, code, place + ": " + what);
    placed.initCause(this);
    return placed;
  }

  /// Name of the function.
  public String call() {
    return call;
  }

  /// The function's result, as `CUDA_ERROR_OUT_OF_MEMORY` (2).
  public int code() {
    return code;
  }

  /// True after an error that leaves the context unusable: every later call fails as well.
  public boolean isSticky() {
    return switch (code) {
      case CudaResult.ILLEGAL_ADDRESS,
          CudaResult.LAUNCH_TIMEOUT,
          CudaResult.ASSERT,
          CudaResult.HARDWARE_STACK_ERROR,
          CudaResult.ILLEGAL_INSTRUCTION,
          CudaResult.MISALIGNED_ADDRESS,
          CudaResult.INVALID_ADDRESS_SPACE,
          CudaResult.INVALID_PC,
          CudaResult.LAUNCH_FAILED ->
          true;
      default -> false;
    };
  }
}

package io.gatun.engine.cuda.driver;

import io.gatun.cuda.CudaResult;

/// What to do about a result of the driver.
final class Cures {
  private static final int NOT_SUPPORTED = 801;
  private static final int SYSTEM_DRIVER_MISMATCH = 803;

  private Cures() {}

  static String of(int result) {
    return switch (result) {
      case CudaResult.INVALID_VALUE -> "an argument is outside of what the call allows";
      case CudaResult.OUT_OF_MEMORY ->
          "use a smaller batch, close what is not needed, or end other programs on this GPU";
      case CudaResult.NOT_INITIALIZED, CudaResult.NO_DEVICE ->
          "see that nvidia-smi lists a GPU and that CUDA_VISIBLE_DEVICES does not hide it";
      case CudaResult.INVALID_DEVICE -> "count devices from 0, as nvidia-smi does";
      case CudaResult.INVALID_CONTEXT -> "make a context of this device current on this thread";
      case CudaResult.INVALID_IMAGE, CudaResult.NO_BINARY_FOR_GPU ->
          "compile the code for this GPU's architecture";
      case CudaResult.INVALID_PTX -> "the driver's compiler refuses the PTX";
      case CudaResult.UNSUPPORTED_PTX_VERSION ->
          "the PTX is newer than the driver: update the driver or compile with an older toolkit";
      case CudaResult.INVALID_HANDLE -> "the object was destroyed, or is of another context";
      case CudaResult.NOT_FOUND -> "check the name; kernels need extern \"C\" to keep it";
      case CudaResult.NOT_READY -> "wait for the work before";
      case CudaResult.ILLEGAL_ADDRESS,
          CudaResult.HARDWARE_STACK_ERROR,
          CudaResult.ILLEGAL_INSTRUCTION,
          CudaResult.MISALIGNED_ADDRESS,
          CudaResult.INVALID_ADDRESS_SPACE,
          CudaResult.INVALID_PC,
          CudaResult.ASSERT,
          CudaResult.LAUNCH_FAILED ->
          "a kernel failed and the context is lost: close the device and open it again; run the"
              + " same with GATUN_DEVICE=virtual to see the kernel, its line and the address";
      case CudaResult.LAUNCH_OUT_OF_RESOURCES ->
          "use fewer threads a block, or fewer registers a thread (__launch_bounds__)";
      case CudaResult.LAUNCH_TIMEOUT ->
          "the kernel ran longer than the display's watchdog allows: use another GPU";
      case CudaResult.HOST_MEMORY_ALREADY_REGISTERED ->
          "unregister the memory first, or register whole pages that nothing else shares";
      case CudaResult.HOST_MEMORY_NOT_REGISTERED -> "register or allocate it as pinned memory";
      case CudaResult.STREAM_CAPTURE_UNSUPPORTED, CudaResult.STREAM_CAPTURE_INVALIDATED ->
          "the call is not allowed while a stream is captured: end the capture first";
      case NOT_SUPPORTED -> "this GPU or this driver does not have the feature";
      case SYSTEM_DRIVER_MISMATCH -> "the driver was updated: reboot, so that its parts agree";
      default -> "see this result in the CUDA Driver API reference";
    };
  }
}

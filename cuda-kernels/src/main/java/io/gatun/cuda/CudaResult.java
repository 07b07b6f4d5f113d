package io.gatun.cuda;

/// Results of the driver API that Gatun tells apart (`CUresult` of cuda.h).
public final class CudaResult {
  public static final int SUCCESS = 0;
  public static final int INVALID_VALUE = 1;
  public static final int OUT_OF_MEMORY = 2;
  public static final int NOT_INITIALIZED = 3;
  public static final int NO_DEVICE = 100;
  public static final int INVALID_DEVICE = 101;
  public static final int INVALID_IMAGE = 200;
  public static final int INVALID_CONTEXT = 201;
  public static final int NO_BINARY_FOR_GPU = 209;
  public static final int INVALID_PTX = 218;
  public static final int UNSUPPORTED_PTX_VERSION = 222;
  public static final int INVALID_HANDLE = 400;
  public static final int NOT_FOUND = 500;
  public static final int NOT_READY = 600;
  public static final int ILLEGAL_ADDRESS = 700;
  public static final int LAUNCH_OUT_OF_RESOURCES = 701;
  public static final int LAUNCH_TIMEOUT = 702;
  public static final int ASSERT = 710;
  public static final int HOST_MEMORY_ALREADY_REGISTERED = 712;
  public static final int HOST_MEMORY_NOT_REGISTERED = 713;
  public static final int HARDWARE_STACK_ERROR = 714;
  public static final int ILLEGAL_INSTRUCTION = 715;
  public static final int MISALIGNED_ADDRESS = 716;
  public static final int INVALID_ADDRESS_SPACE = 717;
  public static final int INVALID_PC = 718;
  public static final int LAUNCH_FAILED = 719;
  public static final int STREAM_CAPTURE_UNSUPPORTED = 900;
  public static final int STREAM_CAPTURE_INVALIDATED = 901;
  public static final int STREAM_CAPTURE_UNMATCHED = 903;
  public static final int STREAM_CAPTURE_UNJOINED = 904;
  public static final int STREAM_CAPTURE_ISOLATION = 905;
  public static final int CAPTURED_EVENT = 907;
  public static final int GRAPH_EXEC_UPDATE_FAILURE = 910;

  private CudaResult() {}
}

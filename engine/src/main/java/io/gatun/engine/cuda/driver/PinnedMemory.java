package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Host memory that the device reaches as well.
@SuppressWarnings("restricted") // the driver's allocations become segments of their size
final class PinnedMemory {
  private PinnedMemory() {}

  static MemorySegment allocate(long bytes) {
    int flags = CU_MEMHOSTALLOC_PORTABLE() | CU_MEMHOSTALLOC_DEVICEMAP();
    long address =
        Calls.value(
            "cuMemHostAlloc",
            () -> bytes + " bytes of pinned memory",
            out -> cuMemHostAlloc(out, bytes, flags));
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  static void free(MemorySegment segment) {
    Calls.check(cuMemFreeHost(segment), "cuMemFreeHost", () -> "to free " + text(segment));
  }

  /// Pins a caller's memory. The operating system pins whole pages, so two registered segments must
  /// not share one: the start is checked here, where the message can say so.
  static void register(MemorySegment segment) {
    requireNative("cuMemHostRegister", segment);
    long page = pageBytes();
    if (segment.address() % page != 0) {
      throw new CudaException(
          "cuMemHostRegister",
          CudaResult.INVALID_VALUE,
          "%s does not start at a page of %d bytes; take it of Arena.allocate(bytes, %d)"
              .formatted(text(segment), page, page));
    }
    int flags = CU_MEMHOSTREGISTER_PORTABLE() | CU_MEMHOSTREGISTER_DEVICEMAP();
    Calls.check(
        cuMemHostRegister_v2(segment, segment.byteSize(), flags),
        "cuMemHostRegister",
        () -> "to pin " + text(segment));
  }

  static void unregister(MemorySegment segment) {
    Calls.check(
        cuMemHostUnregister(segment), "cuMemHostUnregister", () -> "to unpin " + text(segment));
  }

  static long devicePointer(MemorySegment segment) {
    requireNative("cuMemHostGetDevicePointer", segment);
    return Calls.value(
        "cuMemHostGetDevicePointer",
        () -> "the device's address of " + text(segment),
        out -> cuMemHostGetDevicePointer_v2(out, segment, 0));
  }

  /// The driver cannot reach the Java heap, whose objects move.
  static void requireNative(String call, MemorySegment segment) {
    if (!segment.isNative()) {
      throw new CudaException(
          call,
          CudaResult.INVALID_VALUE,
          "the %d bytes lie on the Java heap; allocate them in an Arena"
              .formatted(segment.byteSize()));
    }
  }

  static String text(MemorySegment segment) {
    return "%d bytes at 0x%x".formatted(segment.byteSize(), segment.address());
  }

  /// Bytes of a page of the operating system.
  static long pageBytes() {
    var linker = Linker.nativeLinker();
    var symbol = linker.defaultLookup().findOrThrow("getpagesize");
    var getpagesize = linker.downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT));
    try {
      return (int) getpagesize.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("getpagesize cannot fail", e);
    }
  }
}

package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;
import static io.gatun.engine.cuda.driver.Calls.check;
import static io.gatun.engine.cuda.driver.Calls.pointer;
import static io.gatun.engine.cuda.driver.Calls.value;

import io.gatun.cuda.CudaDriver.MemoryInfo;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Memory of the device: allocation, copies, fills.
final class DeviceMemory {
  private DeviceMemory() {}

  static MemoryInfo info() {
    try (var arena = Arena.ofConfined()) {
      var sizes = arena.allocate(ValueLayout.JAVA_LONG, 2);
      check(query(sizes), "cuMemGetInfo", () -> "free and total memory");
      return info(sizes);
    }
  }

  static long allocate(long bytes) {
    return value("cuMemAlloc", () -> asked(bytes), out -> cuMemAlloc_v2(out, bytes));
  }

  static void free(long address) {
    check(cuMemFree_v2(address), "cuMemFree", () -> text(address));
  }

  static long allocateAsync(long bytes, Stream stream) {
    return value(
        "cuMemAllocAsync",
        () -> asked(bytes),
        out -> cuMemAllocAsync(out, bytes, pointer(stream.handle())));
  }

  static void freeAsync(long address, Stream stream) {
    check(cuMemFreeAsync(address, pointer(stream.handle())), "cuMemFreeAsync", () -> text(address));
  }

  static void copyToDevice(long target, MemorySegment source, Stream stream) {
    PinnedMemory.requireNative("cuMemcpyHtoDAsync", source);
    check(
        cuMemcpyHtoDAsync_v2(target, source, source.byteSize(), pointer(stream.handle())),
        "cuMemcpyHtoDAsync",
        () -> "%s to %s".formatted(PinnedMemory.text(source), text(target)));
  }

  static void copyToHost(MemorySegment target, long source, Stream stream) {
    PinnedMemory.requireNative("cuMemcpyDtoHAsync", target);
    check(
        cuMemcpyDtoHAsync_v2(target, source, target.byteSize(), pointer(stream.handle())),
        "cuMemcpyDtoHAsync",
        () -> "%s from %s".formatted(PinnedMemory.text(target), text(source)));
  }

  static void copyOnDevice(long target, long source, long bytes, Stream stream) {
    check(
        cuMemcpyDtoDAsync_v2(target, source, bytes, pointer(stream.handle())),
        "cuMemcpyDtoDAsync",
        () -> "%d bytes from %s to %s".formatted(bytes, text(source), text(target)));
  }

  static void fill(long target, byte value, long bytes, Stream stream) {
    check(
        cuMemsetD8Async(target, value, bytes, pointer(stream.handle())),
        "cuMemsetD8Async",
        () -> "%d bytes at %s".formatted(bytes, text(target)));
  }

  /// For the message of a failed allocation, so it never fails itself.
  private static String asked(long bytes) {
    try (var arena = Arena.ofConfined()) {
      var sizes = arena.allocate(ValueLayout.JAVA_LONG, 2);
      if (query(sizes) != CudaResult.SUCCESS) return "%,d bytes".formatted(bytes);
      var info = info(sizes);
      return "%,d bytes (%,d of %,d are free)".formatted(bytes, info.free(), info.total());
    }
  }

  private static int query(MemorySegment sizes) {
    return cuMemGetInfo_v2(sizes, sizes.asSlice(ValueLayout.JAVA_LONG.byteSize()));
  }

  private static MemoryInfo info(MemorySegment sizes) {
    return new MemoryInfo(
        sizes.getAtIndex(ValueLayout.JAVA_LONG, 0), sizes.getAtIndex(ValueLayout.JAVA_LONG, 1));
  }

  private static String text(long address) {
    return "address 0x" + Long.toHexString(address);
  }
}

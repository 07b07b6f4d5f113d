package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.cuGetErrorName;
import static io.gatun.bindings.cuda.CudaDriver.cuGetErrorString;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;

/// Checked calls of the driver: results become exceptions, values come back as values.
final class Calls {
  private Calls() {}

  /// Throws unless a call succeeded.
  ///
  /// @param call name of the function, without the suffix of its version
  /// @param asked what was asked of it, for the message
  static void check(int result, String call, Supplier<String> asked) {
    if (result != CudaResult.SUCCESS) throw failure(result, call, asked.get());
  }

  /// The exception for a failed call.
  static CudaException failure(int result, String call, String asked) {
    String what =
        "%s gave %s (%d: %s)"
            .formatted(
                asked,
                text(result, (code, out) -> cuGetErrorName(code, out)),
                result,
                text(result, (code, out) -> cuGetErrorString(code, out)));
    return new CudaException(call, result, what + "; " + Cures.of(result));
  }

  /// A handle, address or size that a call writes.
  static long value(String call, Supplier<String> asked, ToIntFunction<MemorySegment> function) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      check(function.applyAsInt(out), call, asked);
      return out.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// A 32-bit number that a call writes.
  static int number(String call, Supplier<String> asked, ToIntFunction<MemorySegment> function) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_INT);
      check(function.applyAsInt(out), call, asked);
      return out.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /// A handle as the bindings take it.
  static MemorySegment pointer(long handle) {
    return MemorySegment.ofAddress(handle);
  }

  /// Text of the driver, in memory that it owns.
  @SuppressWarnings("restricted") // the driver's texts are zero-terminated
  static String string(MemorySegment text) {
    return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  private static String text(int result, ToIntBiFunction<Integer, MemorySegment> function) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      int code = function.applyAsInt(result, out);
      return code == CudaResult.SUCCESS
          ? string(out.get(ValueLayout.ADDRESS, 0))
          : "a result that this driver does not know";
    }
  }
}

package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;

import io.gatun.cuda.CudaDriver.Function;
import io.gatun.cuda.CudaDriver.Module;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.FunctionAttributes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/// Loads code and asks about it.
final class ModuleLoading {
  private static final int LOG_BYTES = 8192;

  private ModuleLoading() {}

  /// Loads PTX or a cubin; where the driver's compiler complains, the message carries its log.
  static Module load(byte[] image) {
    try (var arena = Arena.ofConfined()) {
      // PTX is text and must end with a zero; a cubin knows its own size.
      var text = arena.allocate(image.length + 1L, 16);
      MemorySegment.copy(image, 0, text, ValueLayout.JAVA_BYTE, 0, image.length);
      var log = arena.allocate(LOG_BYTES);
      var options = arena.allocateFrom(ValueLayout.JAVA_INT, JIT_OPTIONS);
      var values = arena.allocate(ValueLayout.ADDRESS, JIT_OPTIONS.length);
      values.setAtIndex(ValueLayout.ADDRESS, 0, log);
      // The value itself, not a pointer to it.
      values.setAtIndex(ValueLayout.ADDRESS, 1, MemorySegment.ofAddress(LOG_BYTES));
      var out = arena.allocate(ValueLayout.ADDRESS);
      int result = cuModuleLoadDataEx(out, text, JIT_OPTIONS.length, options, values);
      if (result != CudaResult.SUCCESS) throw refused(result, image, log.getString(0));
      return new Module(out.get(ValueLayout.ADDRESS, 0).address());
    }
  }

  static Function function(Module module, String name) {
    try (var arena = Arena.ofConfined()) {
      var text = arena.allocateFrom(name);
      return new Function(
          Calls.value(
              "cuModuleGetFunction",
              () -> "the kernel \"" + name + "\"",
              out -> cuModuleGetFunction(out, Calls.pointer(module.handle()), text)));
    }
  }

  static FunctionAttributes attributes(Function function) {
    return new FunctionAttributes(
        attribute(function, CU_FUNC_ATTRIBUTE_NUM_REGS()),
        attribute(function, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES()),
        attribute(function, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES()),
        attribute(function, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK()));
  }

  static void allowSharedBytes(Function function, int bytes) {
    Calls.check(
        cuFuncSetAttribute(
            Calls.pointer(function.handle()),
            CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES(),
            bytes),
        "cuFuncSetAttribute",
        () -> "%d bytes of dynamic shared memory for %s".formatted(bytes, name(function)));
  }

  static int blocksPerMultiprocessor(Function function, int threads, int sharedBytes) {
    return Calls.number(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        () ->
            "blocks of %d threads and %d shared bytes of %s"
                .formatted(threads, sharedBytes, name(function)),
        out ->
            cuOccupancyMaxActiveBlocksPerMultiprocessor(
                out, Calls.pointer(function.handle()), threads, sharedBytes));
  }

  /// The kernel's name, for messages: never fails.
  static String name(Function function) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      int result = cuFuncGetName(out, Calls.pointer(function.handle()));
      return result == CudaResult.SUCCESS
          ? Calls.string(out.get(ValueLayout.ADDRESS, 0))
          : "the function 0x" + Long.toHexString(function.handle());
    }
  }

  private static int attribute(Function function, int attribute) {
    Supplier<String> asked = () -> "attribute %d of %s".formatted(attribute, name(function));
    return Calls.number(
        "cuFuncGetAttribute",
        asked,
        out -> cuFuncGetAttribute(out, attribute, Calls.pointer(function.handle())));
  }

  private static CudaException refused(int result, byte[] image, String log) {
    boolean cubin = image.length > 3 && image[0] == 0x7f && image[1] == 'E';
    var asked = "a %s of %d bytes".formatted(cubin ? "cubin" : "PTX text", image.length);
    return Calls.failure(
        result, "cuModuleLoadDataEx", log.isBlank() ? asked : asked + "\n" + log.strip() + "\n");
  }

  private static final int[] JIT_OPTIONS = {
    CU_JIT_ERROR_LOG_BUFFER(), CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES()
  };
}

package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.nvrtc.Nvrtc.*;

import io.gatun.bindings.NativeLibraries;
import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaException;
import io.gatun.engine.EngineException;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// The run-time compiler of CUDA (`libnvrtc.so`), in this process; it needs no GPU.
///
/// Sources and headers stay in memory. The library serialises what it must itself.
public final class NvrtcCompiler implements KernelCompiler {
  private final String version;

  private NvrtcCompiler(String version) {
    this.version = version;
  }

  /// The compiler of this machine; empty where the library is not found (`gatun doctor --verbose`
  /// says where it was looked for).
  public static Optional<NvrtcCompiler> find() {
    if (!NativeLibraries.isAvailable("nvrtc")) return Optional.empty();
    try (var arena = Arena.ofConfined()) {
      var numbers = arena.allocate(ValueLayout.JAVA_INT, 2);
      var minor = numbers.asSlice(ValueLayout.JAVA_INT.byteSize());
      check(nvrtcVersion(numbers, minor), "nvrtcVersion", "the version");
      return Optional.of(
          new NvrtcCompiler(
              "NVRTC %d.%d"
                  .formatted(
                      numbers.get(ValueLayout.JAVA_INT, 0), minor.get(ValueLayout.JAVA_INT, 0))));
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public byte[] compile(KernelSource source, Architecture architecture, Code code) {
    try (var arena = Arena.ofConfined()) {
      var program = create(source, arena);
      try {
        var options = options(code.name(architecture));
        int result = nvrtcCompileProgram(program, options.size(), strings(options, arena));
        if (result == NVRTC_ERROR_COMPILATION()) {
          throw new EngineException(
              "%s: %s does not compile for %s; this is an error of Gatun, please report it:\n%s"
                  .formatted(version, source.name(), architecture, log(program, arena)));
        }
        if (result == NVRTC_ERROR_INVALID_OPTION()) {
          throw new EngineException(
              "%s does not know %s; install a CUDA toolkit that does:\n%s"
                  .formatted(version, code.name(architecture), log(program, arena)));
        }
        check(result, "nvrtcCompileProgram", source.name());
        return switch (code) {
          case PTX ->
              text(
                  "PTX",
                  out -> nvrtcGetPTXSize(program, out),
                  out -> nvrtcGetPTX(program, out),
                  arena);
          case MACHINE ->
              bytes(
                  "machine code",
                  out -> nvrtcGetCUBINSize(program, out),
                  out -> nvrtcGetCUBIN(program, out),
                  arena);
        };
      } finally {
        destroy(program, arena);
      }
    }
  }

  private static List<String> options(String architecture) {
    var options = new ArrayList<>(FLOATING_POINT);
    options.add("--gpu-architecture=" + architecture);
    options.addAll(List.of("--std=c++17", "--generate-line-info"));
    // Lambdas of device functions are device functions, as nvcc takes them.
    options.add("--device-as-default-execution-space");
    return options;
  }

  private static MemorySegment create(KernelSource source, Arena arena) {
    var names = List.copyOf(source.headers().keySet());
    var texts = names.stream().map(source.headers()::get).toList();
    var out = arena.allocate(ValueLayout.ADDRESS);
    check(
        nvrtcCreateProgram(
            out,
            arena.allocateFrom(source.text()),
            arena.allocateFrom(source.name()),
            names.size(),
            strings(texts, arena),
            strings(names, arena)),
        "nvrtcCreateProgram",
        source.name());
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private static void destroy(MemorySegment program, Arena arena) {
    check(
        nvrtcDestroyProgram(arena.allocateFrom(ValueLayout.ADDRESS, program)),
        "nvrtcDestroyProgram",
        "a program");
  }

  private static String log(MemorySegment program, Arena arena) {
    byte[] log =
        text(
            "log",
            out -> nvrtcGetProgramLogSize(program, out),
            out -> nvrtcGetProgramLog(program, out),
            arena);
    return new String(log, java.nio.charset.StandardCharsets.UTF_8).strip();
  }

  /// A text of the compiler, without the zero at its end.
  private static byte[] text(
      String what,
      ToIntFunction<MemorySegment> size,
      ToIntFunction<MemorySegment> text,
      Arena arena) {
    byte[] bytes = bytes(what, size, text, arena);
    return Arrays.copyOf(bytes, bytes.length - 1);
  }

  private static byte[] bytes(
      String what,
      ToIntFunction<MemorySegment> size,
      ToIntFunction<MemorySegment> content,
      Arena arena) {
    var length = arena.allocate(ValueLayout.JAVA_LONG);
    check(size.applyAsInt(length), "nvrtcGetSize", "the size of the " + what);
    var buffer = arena.allocate(Math.max(1, length.get(ValueLayout.JAVA_LONG, 0)));
    check(content.applyAsInt(buffer), "nvrtcGet", "the " + what);
    return buffer.toArray(ValueLayout.JAVA_BYTE);
  }

  private static MemorySegment strings(List<String> texts, Arena arena) {
    var array = arena.allocate(ValueLayout.ADDRESS, Math.max(1, texts.size()));
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    return array;
  }

  private static void check(int result, String call, String asked) {
    if (result == NVRTC_SUCCESS()) return;
    String cure =
        result == NVRTC_ERROR_BUILTIN_OPERATION_FAILURE()
            ? "; libnvrtc-builtins.so must lie in the folder of libnvrtc.so"
            : "";
    throw new CudaException(
        call,
        result,
        "%s gave %s (%d)%s"
            .formatted(asked, Calls.string(nvrtcGetErrorString(result)), result, cure));
  }
}

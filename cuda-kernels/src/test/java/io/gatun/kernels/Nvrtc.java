package io.gatun.kernels;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// NVRTC as its library is found: in a folder of `GATUN_NATIVE_PATH`, or where the CUDA toolkit has
/// it. This module knows no bindings, so its few calls are made here.
@SuppressWarnings("restricted") // native calls are what this class is about
final class Nvrtc {
  private final Arena arena = Arena.global();
  private final SymbolLookup library;

  private Nvrtc(Path library) {
    // It looks for its neighbour on the library path only, which need not lead here.
    neighbour(library).ifPresent(path -> SymbolLookup.libraryLookup(path, arena));
    this.library = SymbolLookup.libraryLookup(library, arena);
  }

  /// Empty where it is not installed.
  static Optional<Nvrtc> find() {
    var home = Optional.ofNullable(System.getenv("CUDA_HOME")).orElse("/usr/local/cuda");
    return Stream.of(
            System.getProperty("gatun.native.path"),
            System.getenv("GATUN_NATIVE_PATH"),
            home + "/lib64")
        .filter(Objects::nonNull)
        .flatMap(folders -> Arrays.stream(folders.split(File.pathSeparator)))
        .flatMap(folder -> Stream.of("13", "12").map(v -> Path.of(folder, "libnvrtc.so." + v)))
        .filter(Files::isReadable)
        .findFirst()
        .map(Nvrtc::new);
  }

  private static Optional<Path> neighbour(Path library) {
    try (var files = Files.list(library.getParent())) {
      return files
          .filter(f -> f.getFileName().toString().matches("libnvrtc-builtins\\.so\\.[0-9.]+"))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// PTX of a file.
  ///
  /// @param files sources by the names that they are included under
  String ptx(Map<String, String> files, String file, int architecture, List<String> definitions) {
    var options = new ArrayList<>(definitions);
    options.addAll(List.of("-arch=compute_" + architecture, "-default-device", "-lineinfo"));
    try (var own = Arena.ofConfined()) {
      var program = own.allocate(ValueLayout.ADDRESS);
      var headers = files.entrySet().stream().filter(f -> !f.getKey().equals(file)).toList();
      check(
          "nvrtcCreateProgram",
          call(
              "nvrtcCreateProgram",
              program,
              own.allocateFrom(files.get(file)),
              own.allocateFrom(file),
              headers.size(),
              strings(own, headers.stream().map(Map.Entry::getValue).toList()),
              strings(own, headers.stream().map(Map.Entry::getKey).toList())));
      var handle = program.get(ValueLayout.ADDRESS, 0);
      int result = call("nvrtcCompileProgram", handle, options.size(), strings(own, options));
      if (result != 0) {
        throw new IllegalStateException(file + " by NVRTC:\n" + text(own, handle, "ProgramLog"));
      }
      var ptx = text(own, handle, "PTX");
      check("nvrtcDestroyProgram", call("nvrtcDestroyProgram", program));
      return ptx;
    }
  }

  private String text(Arena own, MemorySegment handle, String what) {
    var size = own.allocate(ValueLayout.JAVA_LONG);
    check(what, call("nvrtcGet" + what + "Size", handle, size));
    var text = own.allocate(size.get(ValueLayout.JAVA_LONG, 0));
    check(what, call("nvrtcGet" + what, handle, text));
    return text.getString(0);
  }

  private static MemorySegment strings(Arena own, List<String> texts) {
    var array = own.allocate(ValueLayout.ADDRESS, Math.max(1, texts.size()));
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, own.allocateFrom(texts.get(i)));
    }
    return array;
  }

  /// Calls a function of pointers and ints that gives its result code.
  private int call(String name, Object... arguments) {
    var layouts =
        Arrays.stream(arguments)
            .map(a -> a instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS)
            .toArray(MemoryLayout[]::new);
    var handle =
        Linker.nativeLinker()
            .downcallHandle(
                library.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void check(String what, int result) {
    if (result != 0) throw new IllegalStateException(what + " gives error " + result);
  }
}

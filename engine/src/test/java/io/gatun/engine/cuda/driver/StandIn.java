package io.gatun.engine.cuda.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/// A library of `src/test/c` that stands in for one of NVIDIA's: built by gcc, and found by the
/// bindings because its folder is named before they look. Tests that use one carry the tag
/// `stand-in`, so that they have a JVM of their own.
@SuppressWarnings("restricted") // calls the functions that the library has for tests
final class StandIn {
  private static final Path FOLDER = Path.of("target", "stand-in").toAbsolutePath();
  private static final Map<String, StandIn> BUILT = new ConcurrentHashMap<>();

  private final SymbolLookup symbols;

  private StandIn(Path library) {
    symbols = SymbolLookup.libraryLookup(library, Arena.global());
  }

  /// The stand-in of `libcuda.so.1`.
  static StandIn driver() {
    return of("libcuda.so.1", "driver_memory.c", "driver_work.c");
  }

  /// The stand-in of `libcublasLt.so.13`.
  static StandIn cublasLt() {
    return of("libcublasLt.so.13", "cublaslt.c");
  }

  /// The stand-in of `libcudnn.so.9`.
  static StandIn cudnn() {
    return of("libcudnn.so.9", "cudnn.c");
  }

  private static StandIn of(String library, String... sources) {
    System.setProperty("gatun.native.path", FOLDER.toString());
    return BUILT.computeIfAbsent(library, name -> new StandIn(build(name, sources)));
  }

  private static Path build(String library, String... sources) {
    Path target = FOLDER.resolve(library);
    var command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-O1", "-std=gnu11"));
    command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-Wno-format-zero-length"));
    command.addAll(List.of("-fvisibility=hidden", "-o", target.toString()));
    Path folder = Path.of("src", "test", "c");
    command.add(folder.resolve("standin.c").toString());
    for (var source : sources) command.add(folder.resolve(source).toString());
    command.add("-lm");
    try {
      Files.createDirectories(FOLDER);
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) throw new AssertionError("gcc failed:\n" + output);
      return target;
    } catch (IOException e) {
      Assumptions.abort("SKIPPED: no gcc to build " + library + " with: " + e.getMessage());
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The calls since the last [#clear], one a line.
  List<String> calls() {
    try {
      var text = (MemorySegment) handle("standin_log", ValueLayout.ADDRESS).invokeExact();
      return text.reinterpret(Long.MAX_VALUE).getString(0).lines().toList();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// The calls of one function, without its name.
  List<String> calls(String function) {
    return calls().stream()
        .filter(line -> line.equals(function) || line.startsWith(function + " "))
        .map(line -> line.substring(function.length()).strip())
        .toList();
  }

  void clear() {
    run("standin_clear");
  }

  /// Also forgets contexts, sticky errors and the like.
  void reset() {
    run("standin_reset");
  }

  /// Lets the n-th call, from 1, of a function fail once.
  void fail(String function, int nth, int code) {
    var descriptor =
        FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    try (var arena = Arena.ofConfined()) {
      handle("standin_fail", descriptor).invokeExact(arena.allocateFrom(function), nth, code);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Calls a function for tests that takes a number.
  void set(String function, int value) {
    try {
      handle(function, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)).invokeExact(value);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private void run(String function) {
    try {
      handle(function, FunctionDescriptor.ofVoid()).invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private MethodHandle handle(String function, ValueLayout result) {
    return handle(function, FunctionDescriptor.of(result));
  }

  private MethodHandle handle(String function, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(function), descriptor);
  }
}

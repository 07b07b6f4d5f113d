package io.gatun.engine.cpu.llvm;

import io.gatun.engine.EngineException;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.ObjectCache;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Machine code of one module of LLVM IR, loaded and ready to call.
///
/// The IR may call functions of the C library (`memcpy`, `expf`) and what the intrinsics of LLVM
/// become; kernels must not unwind and have no thread-local variables. Compilation is thread-safe
/// and parallel. The code is freed by [#close()]; calling a function after that ends the process,
/// so the owner closes last.
public final class NativeModule implements AutoCloseable {
  private final CodeImage image;
  private final boolean fromCache;
  private final Supplier<Optional<byte[]>> object;
  private boolean closed;

  private NativeModule(CodeImage image, boolean fromCache, Supplier<Optional<byte[]>> object) {
    this.image = image;
    this.fromCache = fromCache;
    this.object = object;
  }

  /// Compiles IR text for this machine with full optimisation, or takes it from the user's cache.
  ///
  /// @throws EngineException with LLVM's message and the offending line if it does not compile
  public static NativeModule compile(String irText) {
    return compile(irText, CompileOptions.standard());
  }

  /// Compiles IR text for this machine, or takes it from the cache.
  ///
  /// @throws EngineException with LLVM's message and the offending line if it does not compile
  public static NativeModule compile(String irText, CompileOptions options) {
    HostCpu cpu = HostCpu.current();
    String key =
        ContentKey.sha256(
            List.of(
                "object 1",
                irText,
                cpu.name(),
                cpu.features(),
                cpu.triple(),
                cpu.llvm(),
                options.pipeline()));
    return options
        .cache()
        .flatMap(cache -> cached(cache, key))
        .orElseGet(() -> compiled(irText, cpu, options, key));
  }

  /// Compiles several modules, as many at a time as there are processors; in the order given.
  ///
  /// @throws EngineException of the first that does not compile; the others are closed
  public static List<NativeModule> compileAll(List<String> irTexts, CompileOptions options) {
    int threads = Math.max(1, Math.min(irTexts.size(), Runtime.getRuntime().availableProcessors()));
    List<NativeModule> modules = new ArrayList<>();
    List<EngineException> failures = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Future<NativeModule>> futures =
          irTexts.stream().map(ir -> executor.submit(() -> compile(ir, options))).toList();
      for (Future<NativeModule> future : futures) {
        try {
          modules.add(result(future));
        } catch (EngineException e) {
          failures.add(e);
        }
      }
    }
    if (!failures.isEmpty()) {
      modules.forEach(NativeModule::close);
      throw failures.getFirst();
    }
    return modules;
  }

  /// Loads an object that [#object()] of another module gave.
  ///
  /// @throws MalformedObjectException when it is damaged
  /// @throws EngineException when it calls a function that is not there
  public static NativeModule load(byte[] object) throws MalformedObjectException {
    return new NativeModule(image(object), true, Optional::empty);
  }

  /// The object file that the code was loaded from, as the cache keeps it; empty without one.
  public Optional<byte[]> object() {
    return object.get();
  }

  /// The IR text after the optimisation passes, for people to read.
  public static String optimisedIr(String irText, CompileOptions options) {
    return LlvmCompiler.optimisedIr(irText, HostCpu.current(), options.pipeline());
  }

  /// The assembly text of the code, for people to read.
  public static String assembly(String irText, CompileOptions options) {
    return LlvmCompiler.assembly(irText, HostCpu.current(), options.pipeline());
  }

  /// The address of a function, to be called with [KernelCall] or a handle of its own.
  ///
  /// @throws EngineException if the module has none of that name
  public MemorySegment function(String name) {
    if (closed) {
      throw new IllegalStateException("function " + name + " of a closed module");
    }
    MemorySegment address = image.functions().get(name);
    if (address == null) {
      throw new EngineException("the module has no function " + name + ", only " + functions());
    }
    return address;
  }

  /// Names of the functions that the module defines and exports, sorted.
  public Set<String> functions() {
    return new TreeSet<>(image.functions().keySet());
  }

  /// Bytes of machine code.
  public long codeBytes() {
    return image.codeBytes();
  }

  /// Whether the code came from the cache and LLVM was not asked.
  public boolean fromCache() {
    return fromCache;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      image.close();
    }
  }

  private static Optional<NativeModule> cached(ObjectCache cache, String key) {
    return cache
        .get(key)
        .flatMap(
            bytes -> {
              try {
                return Optional.of(new NativeModule(image(bytes), true, () -> cache.get(key)));
              } catch (MalformedObjectException e) {
                // Compiled anew, which replaces the entry.
                return Optional.empty();
              }
            });
  }

  private static NativeModule compiled(
      String irText, HostCpu cpu, CompileOptions options, String key) {
    byte[] object = LlvmCompiler.object(irText, cpu, options.pipeline());
    try {
      var module =
          new NativeModule(
              image(object), false, () -> options.cache().flatMap(cache -> cache.get(key)));
      options.cache().ifPresent(cache -> cache.put(key, object));
      return module;
    } catch (MalformedObjectException e) {
      throw new EngineException("cannot load the code that LLVM generated: " + e.getMessage(), e);
    }
  }

  private static CodeImage image(byte[] object) throws MalformedObjectException {
    return CodeImage.load(ElfObject.parse(object), NativeModule::externalFunction);
  }

  /// A function of the C library, or one of the compiler's run-time library (conversions of half
  /// precision and 128-bit integers).
  private static MemorySegment externalFunction(String name) {
    return Linker.nativeLinker()
        .defaultLookup()
        .find(name)
        .or(() -> CompilerRuntime.LOOKUP.find(name))
        .orElseThrow(
            () ->
                new EngineException(
                    "compiled code calls "
                        + name
                        + ", which is neither in the C library nor in libgcc_s; generate IR that"
                        + " does without it"));
  }

  private static final class CompilerRuntime {
    static final SymbolLookup LOOKUP = open();

    @SuppressWarnings("restricted") // opens the compiler's run-time library
    private static SymbolLookup open() {
      try {
        return SymbolLookup.libraryLookup("libgcc_s.so.1", Arena.global());
      } catch (IllegalArgumentException e) {
        return _ -> Optional.empty();
      }
    }
  }

  private static NativeModule result(Future<NativeModule> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof EngineException cause
          ? cause
          : new EngineException("compilation failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while compiling", e);
    }
  }
}

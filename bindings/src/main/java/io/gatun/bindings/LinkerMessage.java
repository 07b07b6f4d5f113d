package io.gatun.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The dynamic linker's reason for refusing a library, which `SymbolLookup` does not pass on: a
/// missing dependency, a wrong architecture, an undefined symbol.
final class LinkerMessage {
  private static final int RTLD_NOW = 2;

  private LinkerMessage() {}

  /// Tries once more to open `library` and answers `dlerror()`; empty where the platform has no
  /// `dlopen`.
  static Optional<String> why(String library) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> open = linker.defaultLookup().find("dlopen");
    Optional<MemorySegment> error = linker.defaultLookup().find("dlerror");
    if (open.isEmpty() || error.isEmpty()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      var dlopen =
          linker.downcallHandle(open.get(), FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
      var dlerror = linker.downcallHandle(error.get(), FunctionDescriptor.of(ADDRESS));
      var handle = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(library), RTLD_NOW);
      var message = (MemorySegment) dlerror.invokeExact();
      return handle.address() == 0 && message.address() != 0
          ? Optional.of(message.reinterpret(Long.MAX_VALUE).getString(0))
          : Optional.empty();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }
}

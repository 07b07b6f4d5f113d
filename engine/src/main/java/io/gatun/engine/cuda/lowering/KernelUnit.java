package io.gatun.engine.cuda.lowering;

import io.gatun.engine.cache.ContentKey;
import java.util.List;

/// The device code of one kernel: templates with their hole filled, as text of its own. Equal units
/// are the same kernel.
///
/// @param text flat CUDA C++, which includes nothing
/// @param entries the names of those of its `__global__` functions that are launched
public record KernelUnit(String text, List<String> entries) {
  public KernelUnit {
    entries = List.copyOf(entries);
  }

  /// A name that no other text has.
  public String key() {
    return ContentKey.sha256(List.of(text)).substring(0, 12);
  }

  /// The name of an entry in a module of several units.
  public String symbol(String entry) {
    return entry + "_" + key();
  }
}

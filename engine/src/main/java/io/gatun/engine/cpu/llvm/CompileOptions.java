package io.gatun.engine.cpu.llvm;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.cache.ObjectCache;
import java.util.Optional;

/// How IR text is compiled.
///
/// @param pipeline LLVM's name of the optimisation passes: `default<O3>`, `default<O1>`, or a list
///     such as `function(sroa,instcombine,simplifycfg)`; empty runs none
/// @param cache where compiled objects are kept; empty compiles every time and keeps nothing
public record CompileOptions(String pipeline, Optional<ObjectCache> cache) {

  /// Full optimisation, and the cache of the current user.
  public static CompileOptions standard() {
    return new CompileOptions("default<O3>", ObjectCache.in(CacheDirectory.user()));
  }

  /// The same with other optimisation passes.
  public CompileOptions withPipeline(String other) {
    return new CompileOptions(other, cache);
  }

  /// The same without a cache.
  public CompileOptions withoutCache() {
    return new CompileOptions(pipeline, Optional.empty());
  }
}

package io.gatun.engine.cuda.compile;

import io.gatun.bindings.CacheDirectory;
import io.gatun.cuda.Architecture;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.ObjectCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A compiler that keeps on disk what it has made, by the hash of the sources, the architecture and
/// the compiler's version.
///
/// @param compiler makes what is not there
/// @param cache where there is none, everything is compiled
public record CachingCompiler(KernelCompiler compiler, Optional<ObjectCache> cache)
    implements KernelCompiler {
  /// 256 MiB.
  private static final long BOUND = 256L << 20;

  /// Names the form of the entries; a new one where options of the compilers change.
  private static final String FORM = "ptx 1";

  /// A compiler that keeps what it makes below the user's cache folder.
  public static KernelCompiler of(KernelCompiler compiler) {
    try {
      var folder = CacheDirectory.user().folder("ptx");
      return new CachingCompiler(compiler, Optional.of(new ObjectCache(folder, BOUND)));
    } catch (IOException e) {
      return new CachingCompiler(compiler, Optional.empty());
    }
  }

  @Override
  public String version() {
    return compiler.version();
  }

  @Override
  public byte[] compile(KernelSource source, Architecture architecture, Code code) {
    String key = key(source, architecture, code);
    var known = cache.flatMap(c -> c.get(key));
    if (known.isPresent()) return known.get();
    byte[] image = compiler.compile(source, architecture, code);
    cache.ifPresent(c -> c.put(key, image));
    return image;
  }

  private String key(KernelSource source, Architecture architecture, Code code) {
    var parts = new ArrayList<>(List.of(FORM, version(), code.name(architecture), source.text()));
    new TreeMap<>(source.headers()).forEach((name, text) -> parts.addAll(List.of(name, text)));
    return ContentKey.sha256(parts);
  }
}

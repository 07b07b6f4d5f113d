package io.gatun.engine.cuda.compile;

import java.util.Map;
import java.util.TreeMap;

/// One translation unit of CUDA C++.
///
/// @param name file name for messages: `plan.cu`
/// @param text the source
/// @param headers text of the files that it includes, by the name it includes them under
public record KernelSource(String name, String text, Map<String, String> headers) {
  public KernelSource {
    headers = Map.copyOf(new TreeMap<>(headers));
  }

  /// A source that includes nothing.
  public static KernelSource of(String name, String text) {
    return new KernelSource(name, text, Map.of());
  }
}

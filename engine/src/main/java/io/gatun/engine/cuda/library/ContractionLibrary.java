package io.gatun.engine.cuda.library;

import java.util.List;

/// Matrix products of a library. Belongs to the context that is current where it is opened.
public interface ContractionLibrary extends AutoCloseable {
  /// Name and version; what the tuner remembers holds for one version.
  String version();

  /// Ways to compute a product, the library's best guess first; empty where it has none. The answer
  /// is remembered, so asking again costs nothing.
  List<LibraryLaunch<ProductPointers>> launches(MatrixProduct product);

  @Override
  void close();
}

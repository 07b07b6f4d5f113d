package io.gatun.engine.cuda.library;

import java.util.List;

/// Convolutions of a library. Belongs to the context that is current where it is opened.
public interface ConvolutionLibrary extends AutoCloseable {
  /// Name and version; what the tuner remembers holds for one version.
  String version();

  /// Ways to compute a convolution, the library's best guess first; empty where it has none. The
  /// answer is remembered, so asking again costs nothing.
  List<LibraryLaunch<ConvolutionPointers>> launches(Convolution convolution);

  @Override
  void close();
}

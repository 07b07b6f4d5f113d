package io.gatun.engine.cuda.library;

import io.gatun.cuda.CudaDriver.Stream;

/// One way in which a library solves a problem, ready to be launched (and captured) any number of
/// times, by one thread at a time, while the library is open.
///
/// @param <P> the operands' addresses
public interface LibraryLaunch<P> {
  /// Name for people and for the tuner's cache: `cublasLt 1`.
  String name();

  /// Device memory that a launch needs while it runs, aligned to 256 bytes.
  long workspaceBytes();

  /// Puts the work into a stream.
  ///
  /// @param workspace address of [#workspaceBytes] bytes that nothing else uses meanwhile
  /// @throws io.gatun.cuda.CudaException where the library refuses
  void launch(Stream stream, P pointers, long workspace);
}

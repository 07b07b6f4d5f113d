package io.gatun.engine;

/// Where the bytes of a tensor lie. A device that computes in the host's memory knows [#HOST] only;
/// there [Device#allocate] gives host memory whatever is asked for.
public enum Placement {
  /// The host's memory. A GPU copies it for each run: inputs before, results after.
  HOST,
  /// The host's memory, pinned, which a GPU reads and writes itself: no copies, and each access
  /// goes over the bus. For what is read once or written once, as a batch or a loss.
  PINNED,
  /// The device's memory: no copies between runs. The bytes come to the host only where it asks for
  /// them. For parameters and what an optimizer keeps.
  DEVICE
}

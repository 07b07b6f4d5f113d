package io.gatun.engine.cuda.compile;

import io.gatun.cuda.Architecture;

/// What a compiler makes of a source.
public enum Code {
  /// Text for devices of an architecture and later ones, which the driver compiles once more when
  /// it is loaded.
  PTX,
  /// A cubin for devices of an architecture, and of later ones of its generation, which is loaded
  /// as it is.
  MACHINE;

  /// The compilers' name of an architecture for this: `compute_90`, `sm_90`.
  public String name(Architecture architecture) {
    return switch (this) {
      case PTX -> architecture.virtual();
      case MACHINE -> architecture.hardware();
    };
  }
}

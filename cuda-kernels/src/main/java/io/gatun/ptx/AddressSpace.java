package io.gatun.ptx;

/// The state spaces that an access may name, and where shared, local and parameter memory lie in
/// the generic address space. Addresses within a space begin above 0, so that a null pointer is
/// seen there too.
enum AddressSpace {
  GENERIC,
  GLOBAL,
  SHARED,
  LOCAL,
  PARAM;

  /// Generic address of a space's address 0.
  static final long PARAM_WINDOW = 0x5_0000_0000L;

  static final long SHARED_WINDOW = 0x6_0000_0000L;
  static final long LOCAL_WINDOW = 0x7_0000_0000L;

  /// Extent of each window.
  static final long WINDOW = 1L << 24;

  /// First address of shared memory in its space.
  static final int SHARED_START = 1024;

  /// First address of local memory in its space.
  static final int LOCAL_START = 64;

  /// What `cvta` adds to an address of this space.
  long window() {
    return switch (this) {
      case SHARED -> SHARED_WINDOW;
      case LOCAL -> LOCAL_WINDOW;
      case PARAM -> PARAM_WINDOW;
      case GLOBAL, GENERIC -> 0;
    };
  }

  /// The space that an opcode names; generic where it names none.
  static AddressSpace of(PtxInstruction instruction) {
    for (var word : instruction.words()) {
      switch (word) {
        case "global", "const" -> {
          return GLOBAL;
        }
        case "shared", "shared::cta" -> {
          return SHARED;
        }
        case "local" -> {
          return LOCAL;
        }
        case "param", "param::entry" -> {
          return PARAM;
        }
        case "shared::cluster" -> throw instruction.unknown();
        default -> {}
      }
    }
    return GENERIC;
  }
}

package io.gatun.ptx;

/// A named range of memory. Compared by identity.
final class PtxVariable {
  /// Where it lies. Parameters of a device function, and of a call, are [#LOCAL] storage.
  enum Space {
    PARAM,
    SHARED,
    LOCAL,
    GLOBAL,
    CONST
  }

  private final String name;
  private final Space space;
  private final long size;
  private final int align;
  private final byte[] initial;

  /// @param size bytes; 0 for the dynamic part of shared memory
  /// @param initial the first bytes' values; may be shorter than the variable
  PtxVariable(String name, Space space, long size, int align, byte[] initial) {
    this.name = name;
    this.space = space;
    this.size = size;
    this.align = align;
    this.initial = initial;
  }

  String name() {
    return name;
  }

  Space space() {
    return space;
  }

  long size() {
    return size;
  }

  int align() {
    return align;
  }

  byte[] initial() {
    return initial;
  }

  @Override
  public String toString() {
    return name;
  }
}

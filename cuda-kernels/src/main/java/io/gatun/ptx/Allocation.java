package io.gatun.ptx;

/// A range of device addresses and the host memory behind it.
final class Allocation {
  /// Holds no address.
  static final Allocation NONE = new Allocation("no allocation", 0, 0, 0, 0, false);

  final String name;
  final long base;
  final long size;

  /// Native address of the first byte.
  final long host;

  /// Native address of one byte for each byte, 0 where it was never written; 0 where that is not
  /// followed.
  final long shadow;

  /// Whether the bytes belong to the caller.
  final boolean mapped;

  private volatile boolean live = true;

  Allocation(String name, long base, long size, long host, long shadow, boolean mapped) {
    this.name = name;
    this.base = base;
    this.size = size;
    this.host = host;
    this.shadow = shadow;
    this.mapped = mapped;
  }

  boolean live() {
    return live;
  }

  void kill() {
    live = false;
  }

  boolean holds(long address, long bytes) {
    return address >= base && address - base <= size - bytes;
  }
}

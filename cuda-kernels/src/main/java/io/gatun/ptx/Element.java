package io.gatun.ptx;

/// How a number in memory becomes a lane of a row, and back: its size, and how it is extended to
/// the register.
///
/// @param bytes size in memory
/// @param signed whether the sign is extended
/// @param kind of the row
/// @param registerBits width of the register
record Element(int bytes, boolean signed, RowKind kind, int registerBits) {

  /// Loads lanes at the warp's host addresses plus an offset.
  void load(Warp warp, int mask, int row, int offset) {
    switch (kind) {
      case INTS -> {
        if (bytes == 4 && mask == -1) {
          loadInts(warp.hosts, warp.ints[row], offset);
        } else {
          loadInts(warp, mask, row, offset);
        }
      }
      case LONGS -> loadLongs(warp, mask, row, offset);
      case FLOATS -> loadFloats(warp, mask, row, offset);
      case PREDICATES -> throw new IllegalStateException("predicates are not in memory");
    }
  }

  private static void loadInts(long[] hosts, int[] r, int offset) {
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = NativeMemory.intAt(hosts[l] + offset);
    }
  }

  private void loadInts(Warp warp, int mask, int row, int offset) {
    var r = warp.ints[row];
    var cut = registerBits == 16 ? 0xffff : -1;
    for (var q = mask; q != 0; q &= q - 1) {
      var l = Integer.numberOfTrailingZeros(q);
      r[l] = (int) loadLane(warp.hosts[l] + offset) & cut;
    }
  }

  private void loadLongs(Warp warp, int mask, int row, int offset) {
    var r = warp.longs[row];
    for (var q = mask; q != 0; q &= q - 1) {
      var l = Integer.numberOfTrailingZeros(q);
      r[l] = loadLane(warp.hosts[l] + offset);
    }
  }

  private static void loadFloats(Warp warp, int mask, int row, int offset) {
    var hosts = warp.hosts;
    var r = warp.floats[row];
    if (mask == -1) {
      for (var l = 0; l < Lanes.WIDTH; l++) {
        r[l] = NativeMemory.floatAt(hosts[l] + offset);
      }
    } else {
      for (var q = mask; q != 0; q &= q - 1) {
        var l = Integer.numberOfTrailingZeros(q);
        r[l] = NativeMemory.floatAt(hosts[l] + offset);
      }
    }
  }

  private long loadLane(long host) {
    return switch (bytes) {
      case 1 -> signed ? NativeMemory.byteAt(host) : NativeMemory.byteAt(host) & 0xff;
      case 2 -> signed ? NativeMemory.shortAt(host) : NativeMemory.shortAt(host) & 0xffff;
      case 4 -> signed ? NativeMemory.intAt(host) : NativeMemory.intAt(host) & 0xffffffffL;
      default -> NativeMemory.longAt(host);
    };
  }

  /// Stores lanes at the warp's host addresses plus an offset.
  void store(Warp warp, int mask, int row, int offset) {
    var hosts = warp.hosts;
    if (kind == RowKind.INTS && bytes == 4 && mask == -1) {
      var r = warp.ints[row];
      for (var l = 0; l < Lanes.WIDTH; l++) {
        NativeMemory.set(hosts[l] + offset, r[l]);
      }
    } else {
      for (var q = mask; q != 0; q &= q - 1) {
        var l = Integer.numberOfTrailingZeros(q);
        storeLane(hosts[l] + offset, lane(warp, row, l));
      }
    }
  }

  private void storeLane(long host, long value) {
    switch (bytes) {
      case 1 -> NativeMemory.set(host, (byte) value);
      case 2 -> NativeMemory.set(host, (short) value);
      case 4 -> NativeMemory.set(host, (int) value);
      default -> NativeMemory.set(host, value);
    }
  }

  /// A lane of a row.
  long lane(Warp warp, int row, int lane) {
    return switch (kind) {
      case INTS -> warp.ints[row][lane];
      case LONGS -> warp.longs[row][lane];
      case FLOATS -> Float.floatToRawIntBits(warp.floats[row][lane]);
      case PREDICATES -> throw new IllegalStateException("predicates are not in memory");
    };
  }

  /// Whether memory has the bits that storing a value would leave there.
  boolean holds(long host, long value) {
    return switch (bytes) {
      case 1 -> NativeMemory.byteAt(host) == (byte) value;
      case 2 -> NativeMemory.shortAt(host) == (short) value;
      case 4 -> NativeMemory.intAt(host) == (int) value;
      default -> NativeMemory.longAt(host) == value;
    };
  }
}

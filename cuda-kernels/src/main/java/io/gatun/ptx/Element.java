package io.gatun.ptx;

/// How a number in memory becomes a lane of a row, and back: its size, and how it is extended to
/// the register.
///
/// @param bytes size in memory
/// @param signed whether the sign is extended
/// @param wide whether the row has 64-bit lanes
/// @param registerBits width of the register
record Element(int bytes, boolean signed, boolean wide, int registerBits) {

  /// Loads lanes at the warp's host addresses plus an offset.
  void load(Warp warp, int mask, int row, int offset) {
    var hosts = warp.hosts;
    if (!wide && bytes == 4) {
      var r = warp.ints[row];
      if (mask == -1) {
        for (var l = 0; l < Lanes.WIDTH; l++) {
          r[l] = NativeMemory.intAt(hosts[l] + offset);
        }
      } else {
        for (var q = mask; q != 0; q &= q - 1) {
          var l = Integer.numberOfTrailingZeros(q);
          r[l] = NativeMemory.intAt(hosts[l] + offset);
        }
      }
    } else if (wide) {
      var r = warp.longs[row];
      for (var q = mask; q != 0; q &= q - 1) {
        var l = Integer.numberOfTrailingZeros(q);
        r[l] = loadLane(hosts[l] + offset);
      }
    } else {
      var r = warp.ints[row];
      var cut = registerBits == 16 ? 0xffff : -1;
      for (var q = mask; q != 0; q &= q - 1) {
        var l = Integer.numberOfTrailingZeros(q);
        r[l] = (int) loadLane(hosts[l] + offset) & cut;
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
    if (!wide && bytes == 4) {
      var r = warp.ints[row];
      if (mask == -1) {
        for (var l = 0; l < Lanes.WIDTH; l++) {
          NativeMemory.set(hosts[l] + offset, r[l]);
        }
      } else {
        for (var q = mask; q != 0; q &= q - 1) {
          var l = Integer.numberOfTrailingZeros(q);
          NativeMemory.set(hosts[l] + offset, r[l]);
        }
      }
    } else {
      for (var q = mask; q != 0; q &= q - 1) {
        var l = Integer.numberOfTrailingZeros(q);
        storeLane(hosts[l] + offset, wide ? warp.longs[row][l] : warp.ints[row][l]);
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
    return wide ? warp.longs[row][lane] : warp.ints[row][lane];
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

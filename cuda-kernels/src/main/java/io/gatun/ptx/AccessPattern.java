package io.gatun.ptx;

import java.util.Arrays;

/// The addresses of one request of a warp, and what they cost: 32-byte sectors of global memory,
/// wavefronts of shared memory.
///
/// Shared memory has 32 banks of 4 bytes. A request of up to 4 bytes a lane is served in one go, of
/// 8 bytes half a warp at a time, of 16 bytes a quarter; a go takes as many wavefronts as the
/// busiest bank has different words to give. (Hardware may merge some broadcasts further.)
final class AccessPattern {
  private static final int SECTOR_SHIFT = 5;
  private static final int BANKS = 32;

  private final long[] addresses = new long[Lanes.WIDTH];
  private final long[] seen = new long[Lanes.WIDTH * 8];
  private final int[] inBank = new int[BANKS];
  private int count;
  private int words;

  /// Takes the device addresses of these lanes.
  void take(Warp warp, int lanes) {
    count = 0;
    for (var q = lanes; q != 0; q &= q - 1) {
      var lane = Integer.numberOfTrailingZeros(q);
      var allocation = warp.allocations[lane];
      addresses[count++] = warp.hosts[lane] - allocation.host + allocation.base;
    }
  }

  /// Takes the addresses that a row gives these lanes.
  void take(Warp warp, AddressRow row, int lanes) {
    count = 0;
    for (var q = lanes; q != 0; q &= q - 1) {
      addresses[count++] = row.of(warp, Integer.numberOfTrailingZeros(q));
    }
  }

  /// Different sectors touched.
  int sectors(int bytes) {
    var found = 0;
    for (var i = 0; i < count; i++) {
      var last = addresses[i] + bytes - 1 >>> SECTOR_SHIFT;
      for (var sector = addresses[i] >>> SECTOR_SHIFT; sector <= last; sector++) {
        found = addIfNew(sector, found);
      }
    }
    return found;
  }

  private int addIfNew(long value, int found) {
    for (var i = found - 1; i >= 0; i--) {
      if (seen[i] == value) {
        return found;
      }
    }
    seen[found] = value;
    return found + 1;
  }

  /// Bytes of the different addresses.
  long distinctBytes(int bytes) {
    var found = 0;
    for (var i = 0; i < count; i++) {
      found = addIfNew(addresses[i], found);
    }
    return (long) found * bytes;
  }

  /// Wavefronts of a shared access.
  int wavefronts(int bytes) {
    var sum = 0;
    var lanes = lanesAtOnce(bytes);
    for (var from = 0; from < count; from += lanes) {
      sum += busiestBank(from, Math.min(count, from + lanes), bytes);
    }
    return sum;
  }

  /// Wavefronts that the same words need when they are spread over the banks.
  int idealWavefronts(int bytes) {
    var sum = 0;
    var lanes = lanesAtOnce(bytes);
    for (var from = 0; from < count; from += lanes) {
      busiestBank(from, Math.min(count, from + lanes), bytes);
      sum += (words + BANKS - 1) / BANKS;
    }
    return sum;
  }

  private static int lanesAtOnce(int bytes) {
    return bytes <= 4 ? Lanes.WIDTH : bytes <= 8 ? Lanes.WIDTH / 2 : Lanes.WIDTH / 4;
  }

  private int busiestBank(int from, int to, int bytes) {
    Arrays.fill(inBank, 0);
    words = 0;
    var most = 0;
    for (var i = from; i < to; i++) {
      var last = addresses[i] + bytes - 1 >>> 2;
      for (var word = addresses[i] >>> 2; word <= last; word++) {
        var before = words;
        words = addIfNew(word, words);
        if (words > before) {
          most = Math.max(most, ++inBank[(int) word & BANKS - 1]);
        }
      }
    }
    return most;
  }
}

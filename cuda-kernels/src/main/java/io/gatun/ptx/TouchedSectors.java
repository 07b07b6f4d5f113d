package io.gatun.ptx;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;

/// The 32-byte sectors of global memory that a launch touched, each once: what a cache that holds
/// everything would still have to move.
final class TouchedSectors {
  private static final int SECTOR_SHIFT = 5;

  private final Map<Allocation, BitSet> sectors = new IdentityHashMap<>();
  private Allocation recent = Allocation.NONE;
  private BitSet recentSectors = new BitSet();

  /// Adds the sectors of some bytes of an allocation.
  void add(Allocation allocation, long offset, int bytes) {
    if (allocation != recent) {
      recent = allocation;
      recentSectors = sectors.computeIfAbsent(allocation, added -> new BitSet());
    }
    var first = (int) (offset >>> SECTOR_SHIFT);
    var last = (int) (offset + bytes - 1 >>> SECTOR_SHIFT);
    recentSectors.set(first);
    if (last != first) {
      recentSectors.set(first, last + 1);
    }
  }

  void addAll(TouchedSectors other) {
    other.sectors.forEach(
        (allocation, set) -> sectors.computeIfAbsent(allocation, added -> new BitSet()).or(set));
  }

  long count() {
    return sectors.values().stream().mapToLong(BitSet::cardinality).sum();
  }
}

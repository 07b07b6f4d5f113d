package io.gatun.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Zeroed memory in pages as large as the system grants.
///
/// Kernels walk columns of matrices and pick rows of tables; in pages of 4 KiB nearly each such
/// access misses the processor's table of addresses, which costs more than the access itself,
/// several times more in a virtual machine. Linux gives pages of 2 MiB to those who ask for them
/// (`madvise(2)`, transparent huge pages), where its administrator did not forbid it.
@SuppressWarnings("restricted") // memory of the operating system is the point of this class
public final class LargePages {
  private static final long PAGE = 2 << 20;

  /// Smaller arrays fit the processor's table as they are.
  private static final long LEAST = 2 * PAGE;

  /// Arrays from this size on take no memory where nothing has been written yet, such as keys and
  /// values of a text that is still short: the system gives zeros as they are touched.
  private static final long LEAST_LAZY = 1 << 18;

  private LargePages() {}

  /// Memory that lives as long as `arena`.
  ///
  /// @param alignment at most 4096
  /// @throws OutOfMemoryError when the system has no more
  public static MemorySegment allocate(Arena arena, long bytes, long alignment) {
    boolean isLinux = System.getProperty("os.name").equals("Linux");
    return bytes < LEAST_LAZY || !isLinux ? arena.allocate(bytes, alignment) : map(arena, bytes);
  }

  private static MemorySegment map(Arena arena, long bytes) {
    boolean isLarge = bytes >= LEAST;
    long reserved = isLarge ? bytes + PAGE : bytes;
    long base = SystemMemory.map(reserved);
    if (base == -1) throw new OutOfMemoryError("mmap refused " + bytes + " bytes");
    long start = isLarge ? (base + PAGE - 1) / PAGE * PAGE : base;
    if (isLarge) SystemMemory.adviseLargePages(start, bytes);
    return MemorySegment.ofAddress(start)
        .reinterpret(bytes, arena, _ -> SystemMemory.unmap(base, reserved));
  }
}

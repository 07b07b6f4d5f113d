package io.gatun.engine.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

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

  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;

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
    long reserved = bytes + PAGE;
    try {
      long base =
          (long) Calls.MMAP.invokeExact(0L, reserved, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (base == -1) throw new OutOfMemoryError("mmap refused " + bytes + " bytes");
      long start = (base + PAGE - 1) / PAGE * PAGE;
      if (bytes >= LEAST) {
        // A refusal leaves small pages, which serve as well.
        int _ = (int) Calls.MADVISE.invokeExact(start, bytes, MADV_HUGEPAGE);
      }
      return MemorySegment.ofAddress(start).reinterpret(bytes, arena, _ -> unmap(base, reserved));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }

  private static void unmap(long base, long bytes) {
    try {
      int failed = (int) Calls.MUNMAP.invokeExact(base, bytes);
      if (failed != 0) throw new IllegalStateException("munmap of " + bytes + " bytes");
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }

  private static final class Calls {
    static final MethodHandle MMAP =
        handle("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    static final MethodHandle MADVISE = handle("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle MUNMAP = handle("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static MethodHandle handle(
        String name, MemoryLayout result, MemoryLayout... parameters) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters));
    }
  }
}

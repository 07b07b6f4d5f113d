package io.gatun.engine.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The calls of Linux that map memory: `mmap(2)`, `mprotect(2)`, `madvise(2)`, `munmap(2)`.
///
/// All are called as functions of six integers of 64 bits, which the calling conventions of x86-64
/// and AArch64 allow: a function of fewer or narrower ones reads no more than these. The JVM then
/// makes one stub in place of four, some 10 ms each in a process that has just begun.
@SuppressWarnings("restricted") // memory of the operating system is the point of this class
public final class SystemMemory {
  /// What pages are for.
  public enum Protection {
    READ(1),
    READ_WRITE(3),
    READ_EXECUTE(5);

    private final int bits;

    Protection(int bits) {
      this.bits = bits;
    }
  }

  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;

  private SystemMemory() {}

  /// The address of writable pages of zeros; -1 when the system has no more.
  public static long map(long bytes) {
    return call(Calls.MMAP, 0, bytes, Protection.READ_WRITE.bits, PRIVATE_ANONYMOUS, -1);
  }

  /// Says what pages are for from now on; whether the system grants it.
  public static boolean protect(long address, long bytes, Protection protection) {
    return (int) call(Calls.MPROTECT, address, bytes, protection.bits, 0, 0) == 0;
  }

  /// Asks for large pages. A refusal leaves small ones, which serve as well.
  static void adviseLargePages(long address, long bytes) {
    call(Calls.MADVISE, address, bytes, MADV_HUGEPAGE, 0, 0);
  }

  /// Gives pages back.
  public static void unmap(long address, long bytes) {
    if ((int) call(Calls.MUNMAP, address, bytes, 0, 0, 0) != 0) {
      throw new IllegalStateException("munmap of " + bytes + " bytes");
    }
  }

  private static long call(MemorySegment function, long a, long b, long c, long d, long e) {
    try {
      return (long) Calls.HANDLE.invokeExact(function, a, b, c, d, e, 0L);
    } catch (RuntimeException | Error x) {
      throw x;
    } catch (Throwable x) {
      throw new IllegalStateException("a native call cannot throw", x);
    }
  }

  private static final class Calls {
    static final MemorySegment MMAP = find("mmap");
    static final MemorySegment MPROTECT = find("mprotect");
    static final MemorySegment MADVISE = find("madvise");
    static final MemorySegment MUNMAP = find("munmap");
    static final MethodHandle HANDLE =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static MemorySegment find(String name) {
      return Linker.nativeLinker().defaultLookup().findOrThrow(name);
    }
  }
}

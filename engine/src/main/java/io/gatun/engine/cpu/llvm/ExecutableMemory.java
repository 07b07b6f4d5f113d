package io.gatun.engine.cpu.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.engine.EngineException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Pages of the operating system that are first written, then executed, never both at once.
///
/// Linux only. On AArch64 nothing has to flush the instruction cache: the kernel does so when it
/// makes a freshly written anonymous page executable.
@SuppressWarnings(
    "restricted") // memory management of the operating system is the point of this class
final class ExecutableMemory implements AutoCloseable {
  /// A multiple of every page size in use (4, 16 and 64 KiB), so that protection never straddles.
  static final long GRANULE = 64 * 1024;

  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  private final MemorySegment pages;

  private ExecutableMemory(MemorySegment pages) {
    this.pages = pages;
  }

  /// Writable pages of zeros.
  static ExecutableMemory allocate(long bytes) {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new EngineException(
          "the CPU device loads compiled code on Linux only, this is "
              + System.getProperty("os.name"));
    }
    try {
      var address =
          (MemorySegment)
              Calls.MMAP.invokeExact(
                  MemorySegment.NULL, bytes, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (address.address() == -1) {
        throw new EngineException("mmap refused " + bytes + " bytes for compiled code");
      }
      return new ExecutableMemory(address.reinterpret(bytes));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }

  MemorySegment pages() {
    return pages;
  }

  void makeExecutable(long offset, long bytes) {
    protect(offset, bytes, READ | EXECUTE);
  }

  void makeReadOnly(long offset, long bytes) {
    protect(offset, bytes, READ);
  }

  private void protect(long offset, long bytes, int protection) {
    if (bytes == 0) {
      return;
    }
    try {
      int failed =
          (int) Calls.MPROTECT.invokeExact(pages.asSlice(offset, bytes), bytes, protection);
      if (failed != 0) {
        throw new EngineException(
            "mprotect refused to make compiled code executable; the system forbids code that is"
                + " made at run time (SELinux execmem, a hardened container)");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }

  /// Gives the pages back; a call into them afterwards ends the process.
  @Override
  public void close() {
    try {
      int failed = (int) Calls.MUNMAP.invokeExact(pages, pages.byteSize());
      if (failed != 0) {
        throw new IllegalStateException("munmap of " + pages);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }

  private static final class Calls {
    static final MethodHandle MMAP =
        handle(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    static final MethodHandle MPROTECT =
        handle("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    static final MethodHandle MUNMAP =
        handle("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private static MethodHandle handle(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
  }
}

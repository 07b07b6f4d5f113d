package io.gatun.engine.cpu.llvm;

import io.gatun.engine.EngineException;
import io.gatun.engine.memory.SystemMemory;
import io.gatun.engine.memory.SystemMemory.Protection;
import java.lang.foreign.MemorySegment;

/// Pages of the operating system that are first written, then executed, never both at once.
///
/// Linux only. On AArch64 nothing has to flush the instruction cache: the kernel does so when it
/// makes a freshly written anonymous page executable.
@SuppressWarnings(
    "restricted") // memory management of the operating system is the point of this class
final class ExecutableMemory implements AutoCloseable {
  /// A multiple of every page size in use (4, 16 and 64 KiB), so that protection never straddles.
  static final long GRANULE = 64 * 1024;

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
    long address = SystemMemory.map(bytes);
    if (address == -1) {
      throw new EngineException("mmap refused " + bytes + " bytes for compiled code");
    }
    return new ExecutableMemory(MemorySegment.ofAddress(address).reinterpret(bytes));
  }

  MemorySegment pages() {
    return pages;
  }

  void makeExecutable(long offset, long bytes) {
    protect(offset, bytes, Protection.READ_EXECUTE);
  }

  void makeReadOnly(long offset, long bytes) {
    protect(offset, bytes, Protection.READ);
  }

  private void protect(long offset, long bytes, Protection protection) {
    if (bytes == 0) {
      return;
    }
    if (!SystemMemory.protect(pages.asSlice(offset, bytes).address(), bytes, protection)) {
      throw new EngineException(
          "mprotect refused to make compiled code executable; the system forbids code that is"
              + " made at run time (SELinux execmem, a hardened container)");
    }
  }

  /// Gives the pages back; a call into them afterwards ends the process.
  @Override
  public void close() {
    SystemMemory.unmap(pages.address(), pages.byteSize());
  }
}

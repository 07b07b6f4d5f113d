package io.gatun.engine.cpu.llvm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// The tile registers of x86 (AMX). Linux saves them only for processes that have asked for it:
/// without, their first use is an illegal instruction. See "Using XSTATE features in user space
/// applications" in the kernel's documentation.
public final class MatrixTiles {
  private static final long ARCH_PRCTL = 158;
  private static final long REQUEST_PERMISSION = 0x1023;
  private static final long TILE_DATA = 18;

  private MatrixTiles() {}

  /// Whether code of this process may use them; asks the kernel on the first call.
  ///
  /// @param cpu the processor that the process runs on
  public static boolean allowed(HostCpu cpu) {
    return cpu.has("amx-int8") && cpu.has("amx-tile") && Permission.GRANTED;
  }

  private static final class Permission {
    static final boolean GRANTED = System.getProperty("os.name").equals("Linux") && request();
  }

  @SuppressWarnings("restricted") // a system call that changes nothing but what is saved of threads
  private static boolean request() {
    var linker = Linker.nativeLinker();
    var syscall = linker.defaultLookup().find("syscall");
    if (syscall.isEmpty()) return false;
    var handle =
        linker.downcallHandle(
            syscall.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    try {
      return (long) handle.invokeExact(ARCH_PRCTL, REQUEST_PERMISSION, TILE_DATA) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("arch_prctl", e);
    }
  }
}

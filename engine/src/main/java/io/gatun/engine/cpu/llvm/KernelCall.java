package io.gatun.engine.cpu.llvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The call of a compiled kernel: `void k(ptr table, ptr scratch, i64 begin, i64 end)`.
///
/// The kernel works on the units from `begin` to `end` (exclusive) of its iteration space; `table`
/// points to the addresses of its tensors, `scratch` to memory of the calling thread's own. One
/// handle serves all kernels, so the JIT compiles the call once; a call allocates nothing.
public final class KernelCall {
  @SuppressWarnings("restricted") // calling native code is the point of this class
  private static final MethodHandle HANDLE =
      Linker.nativeLinker()
          .downcallHandle(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

  private KernelCall() {}

  /// Calls a kernel.
  ///
  /// Addresses are plain numbers, which spares the call the check whether their memory is alive:
  /// the caller keeps table, tensors, scratch and module alive until it returns.
  public static void invoke(MemorySegment kernel, long table, long scratch, long begin, long end) {
    try {
      HANDLE.invokeExact(kernel, table, scratch, begin, end);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }
}

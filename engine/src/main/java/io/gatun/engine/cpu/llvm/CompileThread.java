package io.gatun.engine.cpu.llvm;

import io.gatun.bindings.llvm.LLVMDiagnosticHandler;
import io.gatun.bindings.llvm.LLVMFatalErrorHandler;
import io.gatun.bindings.llvm.LlvmC;
import io.gatun.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// A thread that calls LLVM, for two reasons.
///
/// LLVM recurses deeply, and overflowing the one MiB stack of a Java thread in native code would
/// end the process: this stack is larger. And LLVM ends the process after a fatal error ("cannot
/// select") unless its handler does not return: the handler fails the caller's future and parks
/// this thread for good, which leaks it and what the compilation held, but the JVM lives on.
final class CompileThread<T> extends Thread {
  private static final long STACK_BYTES = 64L << 20;

  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final List<String> diagnostics = new ArrayList<>();
  private final Supplier<T> work;

  private CompileThread(Supplier<T> work) {
    super(null, null, "gatun-llvm", STACK_BYTES);
    this.work = work;
    setDaemon(true);
  }

  /// Runs `work` on a thread of its own and waits for it; its exceptions reach the caller.
  static <T> T call(Supplier<T> work) {
    var thread = new CompileThread<T>(work);
    thread.start();
    try {
      return thread.result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException cause) {
        throw new EngineException(cause.getMessage(), cause);
      }
      throw e;
    }
  }

  @Override
  public void run() {
    try {
      result.complete(work.get());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  /// Errors that LLVM reported through the context's diagnostic handler on this thread.
  static List<String> diagnostics() {
    return currentThread() instanceof CompileThread<?> thread ? thread.diagnostics : List.of();
  }

  private static void fatal(MemorySegment reason) {
    String message = "LLVM fatal error: " + reason.getString(0);
    if (currentThread() instanceof CompileThread<?> thread) {
      thread.result.completeExceptionally(
          new EngineException(message + "; the IR asks for what the code generator cannot do"));
      while (true) {
        LockSupport.park();
      }
    }
    System.err.println(message);
  }

  private static void diagnostic(MemorySegment info, MemorySegment context) {
    if (LlvmC.LLVMGetDiagInfoSeverity(info) == LlvmC.LLVMDSError()
        && currentThread() instanceof CompileThread<?> thread) {
      thread.diagnostics.add(LlvmCompiler.takeMessage(LlvmC.LLVMGetDiagInfoDescription(info)));
    }
  }

  /// The two native entry points, made when LLVM is first used.
  static final class Handlers {
    static final MemorySegment FATAL =
        LLVMFatalErrorHandler.allocate(CompileThread::fatal, Arena.global());
    static final MemorySegment DIAGNOSTIC =
        LLVMDiagnosticHandler.allocate(CompileThread::diagnostic, Arena.global());

    private Handlers() {}
  }
}

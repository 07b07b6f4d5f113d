package io.gatun.engine.cuda;

import io.gatun.engine.EngineException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Makes the calls of the driver one at a time: on the caller's thread, or, where that is a virtual
/// one, which may be on another carrier at its next step, on a platform thread of the device's. A
/// call by another thread costs some microseconds, as much as a small kernel.
final class CudaThread implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final ExecutorService carrier;

  /// @param name of the device
  CudaThread(String name) {
    carrier =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("gatun-" + name).daemon().factory());
  }

  /// The result of `call`; what it throws is thrown here.
  <T> T call(Supplier<T> call) {
    if (!Thread.currentThread().isVirtual()) return locked(call);
    try {
      return carrier.submit(() -> locked(call)).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException("a supplier cannot throw", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while waiting for the GPU", e);
    }
  }

  private <T> T locked(Supplier<T> call) {
    lock.lock();
    try {
      return call.get();
    } finally {
      lock.unlock();
    }
  }

  void run(Runnable call) {
    call(
        () -> {
          call.run();
          return true;
        });
  }

  @Override
  public void close() {
    carrier.shutdown();
  }
}

package io.gatun.engine.cuda;

import io.gatun.engine.EngineException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// The platform thread that owns a device's context: all calls of the driver are made on it.
final class CudaThread implements AutoCloseable {
  private final ExecutorService executor;
  private final Thread[] thread = new Thread[1];

  CudaThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              thread[0] = Thread.ofPlatform().name("gatun-" + name).daemon().unstarted(task);
              return thread[0];
            });
  }

  /// The result of `call`, made on the thread; what it throws is thrown here.
  <T> T call(Supplier<T> call) {
    if (Thread.currentThread() == thread[0]) return call.get();
    try {
      return executor.submit(call::get).get();
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

  void run(Runnable call) {
    call(
        () -> {
          call.run();
          return true;
        });
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}

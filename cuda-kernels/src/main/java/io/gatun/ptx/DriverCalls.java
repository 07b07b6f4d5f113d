package io.gatun.ptx;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What all calls of the [VirtualCudaDriver] share: its lock, its handles, and the current context
/// of each thread. One lock guards all of a driver: calls of several threads follow each other.
abstract class DriverCalls implements CudaDriver {
  /// What a call does with its context.
  interface Body<T> {
    T apply(VirtualContext context);
  }

  final VirtualDriverOptions options;
  final Handles handles = new Handles();
  final List<VirtualContext> contexts = new ArrayList<>();
  final ThreadLocal<Optional<VirtualContext>> current = ThreadLocal.withInitial(Optional::empty);
  private final ReentrantLock lock = new ReentrantLock();

  DriverCalls(VirtualDriverOptions options) {
    this.options = options;
  }

  final <T> T locked(Supplier<T> body) {
    lock.lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }

  final void runLocked(Runnable body) {
    locked(
        () -> {
          body.run();
          return true;
        });
  }

  /// A call that needs a context without an error.
  final <T> T call(String call, Body<T> body) {
    return locked(
        () -> {
          var context =
              current
                  .get()
                  .orElseThrow(
                      () ->
                          new CudaException(
                              call,
                              CudaResult.INVALID_CONTEXT,
                              "no context is current on this thread; createContext or makeCurrent"
                                  + " sets one"));
          context.check(call);
          return body.apply(context);
        });
  }

  final void run(String call, Consumer<VirtualContext> body) {
    call(
        call,
        context -> {
          body.accept(context);
          return true;
        });
  }

  /// A call that waits for the device, so that it cannot be made while its thread captures.
  final <T> T waiting(String call, Body<T> body) {
    return call(
        call,
        context -> {
          context.refuseCapturing(call);
          return body.apply(context);
        });
  }

  final void runWaiting(String call, Consumer<VirtualContext> body) {
    waiting(
        call,
        context -> {
          body.accept(context);
          return true;
        });
  }

  /// Adds work to a stream.
  final void enqueue(
      String call, Stream stream, BiFunction<VirtualContext, VirtualStream, StreamWork> work) {
    run(
        call,
        context -> {
          var queue = stream(call, context, stream);
          context.enqueue(queue, work.apply(context, queue));
        });
  }

  /// The stream of a handle, which must be one of the current context.
  final VirtualStream stream(String call, VirtualContext context, Stream stream) {
    if (stream.equals(VirtualCudaDriver.DEFAULT_STREAM)) {
      return context.defaultStream();
    }
    var found = handles.get(call, stream.handle(), VirtualStream.class);
    if (found.context() != context) {
      throw new CudaException(
          call, CudaResult.INVALID_HANDLE, "the stream belongs to another context");
    }
    return found;
  }
}

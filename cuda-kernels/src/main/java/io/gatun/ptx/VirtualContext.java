package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// A context of the [VirtualCudaDriver]: a virtual GPU with its memory, its streams, and the error
/// that made it unusable.
final class VirtualContext implements AutoCloseable {
  private final int ordinal;
  private final VirtualGpu gpu;
  private final StreamScheduler scheduler;
  private final VirtualStream defaultStream = new VirtualStream(this);
  private final Set<Capture> captures = new HashSet<>();
  private final Predicate<String> deterministic;
  private final BiConsumer<VirtualFunction, KernelRun> observer;
  private final Map<Long, DeviceAllocation> allocations = new LinkedHashMap<>();
  private final PinnedMemory pinned;
  private int allocated;
  private boolean closed;
  private Optional<CudaException> failure = Optional.empty();

  /// A context of a new virtual GPU.
  ///
  /// @param deterministic kernels, by name, whose results must not depend on the order of blocks
  /// @param observer hears of each launch when it is done
  VirtualContext(
      int ordinal,
      VirtualGpu gpu,
      long seed,
      Predicate<String> deterministic,
      BiConsumer<VirtualFunction, KernelRun> observer) {
    this.deterministic = deterministic;
    this.ordinal = ordinal;
    this.gpu = gpu;
    this.observer = observer;
    this.pinned = new PinnedMemory(gpu.memory());
    this.scheduler = new StreamScheduler(seed, this::run);
    scheduler.add(defaultStream);
  }

  int ordinal() {
    return ordinal;
  }

  DeviceMemory memory() {
    return gpu.memory();
  }

  DeviceProfile profile() {
    return gpu.profile();
  }

  VirtualStream defaultStream() {
    return defaultStream;
  }

  PinnedMemory pinned() {
    return pinned;
  }

  StreamScheduler scheduler() {
    return scheduler;
  }

  /// Refuses the call when an earlier error has spoilt the context.
  void check(String call) {
    if (closed) {
      throw new CudaException(
          call, CudaResult.INVALID_CONTEXT, "the thread's current context was destroyed");
    }
    if (failure.isPresent()) {
      throw new CudaException(
          call,
          failure.get().code(),
          "the context is unusable since an earlier error: "
              + failure.get().getMessage()
              + "; destroy it and make a new one");
    }
  }

  // --- device memory

  /// Allocates device memory.
  ///
  /// @param free bytes that the device has left
  long allocate(String call, long bytes, LongSupplier free) {
    if (bytes < 1) {
      throw new CudaException(call, CudaResult.INVALID_VALUE, "an allocation of " + bytes);
    }
    if (bytes > free.getAsLong()) {
      synchronize(call); // memory whose freeing is under way
    }
    if (bytes > free.getAsLong()) {
      throw new CudaException(
          call,
          CudaResult.OUT_OF_MEMORY,
          "%d bytes asked, %d of %d free, this context holds %d allocations"
              .formatted(
                  bytes,
                  free.getAsLong(),
                  profile().properties().totalMemory(),
                  allocations.size()));
    }
    var site = DeviceAllocation.callSite();
    var name = "allocation %d of %d bytes (%s)".formatted(++allocated, bytes, site);
    try {
      var address = memory().allocate(bytes, name);
      allocations.put(address, new DeviceAllocation(address, bytes, site));
      return address;
    } catch (OutOfMemoryError exhausted) {
      var failed = new CudaException(call, CudaResult.OUT_OF_MEMORY, exhausted.getMessage());
      failed.initCause(exhausted);
      throw failed;
    }
  }

  /// Frees memory when all work is done that was asked for before.
  void free(String call, long address) {
    forget(call, address);
    synchronize(call);
    memory().free(address);
  }

  /// Frees memory when its turn comes in a stream.
  void free(String call, long address, VirtualStream stream) {
    refuseCapturing(call, stream);
    forget(call, address);
    stream.add(new StreamWork.Free(address));
  }

  private void forget(String call, long address) {
    if (allocations.remove(address) == null) {
      throw new CudaException(
          call,
          CudaResult.INVALID_VALUE,
          "nothing is allocated at 0x%x: %s".formatted(address, memory().describe(address)));
    }
  }

  /// A range that a copy or a fill names must be of one allocation when it is asked for, as it must
  /// be again when its turn comes.
  void requireRange(String call, long address, long bytes) {
    if (bytes > 0 && memory().find(address, bytes).isEmpty()) {
      throw new CudaException(
          call,
          CudaResult.INVALID_VALUE,
          "%d bytes at 0x%x are not in one allocation: %s"
              .formatted(bytes, address, memory().describe(address)));
    }
  }

  /// Memory that was not freed.
  List<DeviceAllocation> allocations() {
    return List.copyOf(allocations.values());
  }

  // --- streams, events, capture

  /// Does the work when its turn comes, or captures it.
  void enqueue(VirtualStream stream, StreamWork work) {
    stream.capture().ifPresentOrElse(capture -> capture.add(stream, work), () -> stream.add(work));
  }

  void record(VirtualEvent event, VirtualStream stream) {
    if (stream.capture().isPresent()) {
      var capture = stream.capture().get();
      event.record(new VirtualEvent.Captured(capture, capture.endsOf(stream)));
    } else {
      var mark = new EventMark();
      event.record(mark);
      stream.add(new StreamWork.Record(mark));
    }
  }

  void waitFor(String call, VirtualStream stream, VirtualEvent event) {
    var captured = event.captured();
    if (captured.isPresent()) {
      var capture = captured.get().capture();
      if (!captures.contains(capture)
          || stream.capture().isPresent() && stream.capture().get() != capture) {
        throw new CudaException(
            call, CudaResult.CAPTURED_EVENT, "the event was recorded in another capture");
      }
      capture.join(stream, captured.get().nodes());
    } else if (stream.capture().isPresent()) {
      throw new CudaException(
          call,
          CudaResult.STREAM_CAPTURE_ISOLATION,
          "a captured stream cannot wait for an event that was recorded outside of the capture");
    } else {
      event.mark().ifPresent(mark -> stream.add(new StreamWork.Wait(mark)));
    }
  }

  void beginCapture(String call, VirtualStream stream) {
    refuseCapturing(call, stream);
    captures.add(new Capture(stream));
  }

  List<GraphNode> endCapture(String call, VirtualStream stream) {
    var capture =
        stream
            .capture()
            .orElseThrow(
                () ->
                    new CudaException(
                        call, CudaResult.INVALID_VALUE, "no capture was begun on this stream"));
    captures.remove(capture);
    return capture.end(call, stream);
  }

  /// Refuses a call that cannot be captured on a stream that is being captured, and spoils the
  /// capture.
  void refuseCapturing(String call, VirtualStream stream) {
    stream.capture().ifPresent(capture -> refuse(call, capture));
  }

  /// Refuses a call that waits for the device while its thread captures.
  void refuseCapturing(String call) {
    captures.stream()
        .filter(capture -> capture.isOf(Thread.currentThread()))
        .findFirst()
        .ifPresent(capture -> refuse(call, capture));
  }

  private static void refuse(String call, Capture capture) {
    capture.invalidate(call);
    throw new CudaException(
        call,
        CudaResult.STREAM_CAPTURE_UNSUPPORTED,
        "not possible while a stream is captured; call it before or after");
  }

  // --- execution

  /// Waits until the condition holds.
  void runUntil(String call, BooleanSupplier done) {
    guarded(call, () -> scheduler.runUntil(done));
  }

  /// Finishes all work.
  void synchronize(String call) {
    guarded(call, scheduler::runAll);
  }

  /// Finishes a stream and forgets it.
  void finish(String call, VirtualStream stream) {
    guarded(call, () -> scheduler.remove(stream));
  }

  /// Lets the device go on a little.
  void step(String call) {
    guarded(call, scheduler::step);
  }

  private void guarded(String call, Runnable work) {
    try {
      work.run();
    } catch (GpuFault fault) {
      var failed = new CudaException(call, code(fault.kind()), fault.getMessage());
      failed.initCause(fault);
      failure = Optional.of(failed);
      scheduler.clear();
      throw failed;
    }
  }

  private void run(StreamWork work) {
    switch (work) {
      case StreamWork.ToDevice copy -> memory().write(copy.target(), copy.source().segment());
      case StreamWork.ToHost copy -> memory().read(copy.source(), copy.target().segment());
      case StreamWork.OnDevice copy -> memory().copy(copy.target(), copy.source(), copy.bytes());
      case StreamWork.Fill fill -> memory().fill(fill.target(), fill.value(), fill.bytes());
      case StreamWork.Launch launch -> observer.accept(launch.function(), launch(launch));
      case StreamWork.Free free -> memory().free(free.address());
      case StreamWork.Record _, StreamWork.Wait _, StreamWork.Graph _ ->
          throw new IllegalStateException("the scheduler does " + work);
    }
  }

  private KernelRun launch(StreamWork.Launch launch) {
    var kernel = launch.function().kernel();
    return deterministic.test(kernel.name())
        ? gpu.launchInTwoOrders(kernel, launch.geometry(), launch.arguments())
        : gpu.launch(kernel, launch.geometry(), launch.arguments());
  }

  /// What the hardware would say; mistakes that it does not notice end as a failed launch.
  private static int code(GpuFault.Kind kind) {
    return switch (kind) {
      case OUT_OF_BOUNDS, NULL_ACCESS, FREED -> CudaResult.ILLEGAL_ADDRESS;
      case MISALIGNED -> CudaResult.MISALIGNED_ADDRESS;
      case SPIN, DEADLOCK -> CudaResult.LAUNCH_TIMEOUT;
      case UNINITIALISED,
          SHARED_RACE,
          ASYNC_COPY,
          DIVERGENT_BARRIER,
          UNCONVERGED,
          LAUNCH,
          TRAP,
          BLOCK_ORDER ->
          CudaResult.LAUNCH_FAILED;
    };
  }

  /// Drops its work and frees its memory.
  @Override
  public void close() {
    closed = true;
    scheduler.clear();
    pinned.close();
    gpu.close();
  }
}

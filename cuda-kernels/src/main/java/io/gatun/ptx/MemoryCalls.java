package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The calls of the [VirtualCudaDriver] that are about devices, contexts and memory.
abstract class MemoryCalls extends DriverCalls {
  private static final int VERSION = 13000;

  /// What ran so far.
  final LaunchLog log = new LaunchLog();

  /// Contexts made so far.
  private int made;

  private final List<DeviceAllocation> leaks = new ArrayList<>();

  MemoryCalls(VirtualDriverOptions options) {
    super(options);
  }

  /// Device memory that was not freed before its context was destroyed; complete after [#close].
  public List<DeviceAllocation> leaks() {
    return locked(() -> List.copyOf(leaks));
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public int deviceCount() {
    return options.devices().size();
  }

  @Override
  public DeviceProperties properties(int ordinal) {
    return profile("cuDeviceGetAttribute", ordinal).properties();
  }

  private DeviceProfile profile(String call, int ordinal) {
    if (ordinal < 0 || ordinal >= options.devices().size()) {
      throw new CudaException(
          call,
          CudaResult.INVALID_DEVICE,
          "no device %d; there are %d".formatted(ordinal, options.devices().size()));
    }
    return options.devices().get(ordinal);
  }

  // --- contexts

  @Override
  public Context createContext(int ordinal) {
    return locked(
        () -> {
          var profile = profile("cuCtxCreate", ordinal);
          var seed = options.seed() + made;
          var gpu = new VirtualGpu(profile, options.mode(), options.threads(), seed, made++);
          var context =
              new VirtualContext(ordinal, gpu, seed, options.deterministic(), log::accept);
          contexts.add(context);
          current.set(Optional.of(context));
          return new Context(handles.add(context));
        });
  }

  @Override
  public void makeCurrent(Context context) {
    runLocked(
        () -> {
          var found = handles.get("cuCtxSetCurrent", context.handle(), VirtualContext.class);
          current.set(Optional.of(found));
        });
  }

  @Override
  public void destroy(Context context) {
    runLocked(() -> close(handles.remove("cuCtxDestroy", context.handle(), VirtualContext.class)));
  }

  private void close(VirtualContext context) {
    leaks.addAll(context.allocations());
    contexts.remove(context);
    context.close();
  }

  @Override
  public void synchronize() {
    runWaiting("cuCtxSynchronize", context -> context.synchronize("cuCtxSynchronize"));
  }

  @Override
  public MemoryInfo memoryInfo() {
    return call(
        "cuMemGetInfo",
        context ->
            new MemoryInfo(
                freeBytes(context.ordinal()), context.profile().properties().totalMemory()));
  }

  /// Memory of a device that none of its contexts holds.
  private long freeBytes(int ordinal) {
    return profile("cuMemGetInfo", ordinal).properties().totalMemory()
        - contexts.stream()
            .filter(context -> context.ordinal() == ordinal)
            .mapToLong(context -> context.memory().usedBytes())
            .sum();
  }

  // --- memory

  @Override
  public long allocate(long bytes) {
    return waiting("cuMemAlloc", context -> allocate("cuMemAlloc", context, bytes));
  }

  private long allocate(String call, VirtualContext context, long bytes) {
    return context.allocate(call, bytes, () -> freeBytes(context.ordinal()));
  }

  @Override
  public void free(long address) {
    runWaiting("cuMemFree", context -> context.free("cuMemFree", address));
  }

  @Override
  public long allocateAsync(long bytes, Stream stream) {
    return call(
        "cuMemAllocAsync",
        context -> {
          context.refuseCapturing("cuMemAllocAsync", stream("cuMemAllocAsync", context, stream));
          return allocate("cuMemAllocAsync", context, bytes);
        });
  }

  @Override
  public void freeAsync(long address, Stream stream) {
    run(
        "cuMemFreeAsync",
        context ->
            context.free("cuMemFreeAsync", address, stream("cuMemFreeAsync", context, stream)));
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    return waiting("cuMemHostAlloc", context -> context.pinned().allocate("cuMemHostAlloc", bytes));
  }

  @Override
  public void freeHost(MemorySegment segment) {
    runWaiting(
        "cuMemFreeHost",
        context -> {
          context.synchronize("cuMemFreeHost");
          context.pinned().free("cuMemFreeHost", segment);
        });
  }

  @Override
  public void registerHost(MemorySegment segment) {
    runWaiting(
        "cuMemHostRegister", context -> context.pinned().register("cuMemHostRegister", segment));
  }

  @Override
  public void unregisterHost(MemorySegment segment) {
    runWaiting(
        "cuMemHostUnregister",
        context -> {
          context.synchronize("cuMemHostUnregister");
          context.pinned().unregister("cuMemHostUnregister", segment);
        });
  }

  @Override
  public long devicePointer(MemorySegment segment) {
    return call(
        "cuMemHostGetDevicePointer",
        context -> context.pinned().devicePointer("cuMemHostGetDevicePointer", segment));
  }

  @Override
  public void copyToDevice(long target, MemorySegment source, Stream stream) {
    enqueue(
        "cuMemcpyHtoDAsync",
        stream,
        (context, queue) -> {
          PinnedMemory.requireNative("cuMemcpyHtoDAsync", source);
          context.requireRange("cuMemcpyHtoDAsync", target, source.byteSize());
          var isLate = queue.capture().isPresent() || context.pinned().holds(source);
          return new StreamWork.ToDevice(
              target, isLate ? HostBytes.of(source) : HostBytes.copyOf(source));
        });
  }

  @Override
  public void copyToHost(MemorySegment target, long source, Stream stream) {
    enqueue(
        "cuMemcpyDtoHAsync",
        stream,
        (context, queue) -> {
          PinnedMemory.requireNative("cuMemcpyDtoHAsync", target);
          context.requireRange("cuMemcpyDtoHAsync", source, target.byteSize());
          return new StreamWork.ToHost(HostBytes.of(target), source);
        });
  }

  @Override
  public void copyOnDevice(long target, long source, long bytes, Stream stream) {
    enqueue(
        "cuMemcpyDtoDAsync",
        stream,
        (context, queue) -> {
          context.requireRange("cuMemcpyDtoDAsync", source, bytes);
          context.requireRange("cuMemcpyDtoDAsync", target, bytes);
          return new StreamWork.OnDevice(target, source, bytes);
        });
  }

  @Override
  public void fill(long target, byte value, long bytes, Stream stream) {
    enqueue(
        "cuMemsetD8Async",
        stream,
        (context, queue) -> {
          context.requireRange("cuMemsetD8Async", target, bytes);
          return new StreamWork.Fill(target, value, bytes);
        });
  }

  /// Ends all contexts.
  @Override
  public void close() {
    runLocked(() -> List.copyOf(contexts).forEach(this::close));
  }
}

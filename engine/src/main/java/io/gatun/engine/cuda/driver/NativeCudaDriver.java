package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;
import static io.gatun.engine.cuda.driver.Calls.check;
import static io.gatun.engine.cuda.driver.Calls.number;
import static io.gatun.engine.cuda.driver.Calls.pointer;
import static io.gatun.engine.cuda.driver.Calls.value;

import io.gatun.bindings.NativeLibraries;
import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import io.gatun.cuda.FunctionAttributes;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The driver of NVIDIA GPUs (`libcuda.so.1`).
///
/// Contexts are the devices' primary ones, which the libraries above the driver use too; each
/// [#createContext] needs its [#destroy(Context)]. Calls must come from platform threads, because
/// the driver knows the current context by the thread of the operating system.
public final class NativeCudaDriver implements CudaDriver {
  /// The oldest that has every function of the bindings: 12.8.
  static final int OLDEST_VERSION = 12080;

  private final PrimaryContexts contexts = new PrimaryContexts();

  private NativeCudaDriver() {}

  /// The driver of this machine, initialised.
  ///
  /// @throws EngineException where there is none, saying where it was looked for
  /// @throws io.gatun.cuda.CudaException where there is one that does not work
  public static NativeCudaDriver open() {
    var library = NativeLibraries.resolve("cuda");
    if (!library.available()) {
      throw new EngineException(
          "no NVIDIA driver on this machine; install it, or use GATUN_DEVICE=virtual or cpu\n"
              + library.report());
    }
    check(cuInit(0), "cuInit", () -> "to start the driver");
    var driver = new NativeCudaDriver();
    if (driver.version() < OLDEST_VERSION) {
      throw new EngineException(
          "the NVIDIA driver supports CUDA %d.%d, Gatun needs %d.%d; update it, or use"
                  .formatted(
                      driver.version() / 1000,
                      driver.version() % 1000 / 10,
                      OLDEST_VERSION / 1000,
                      OLDEST_VERSION % 1000 / 10)
              + " GATUN_DEVICE=virtual or cpu");
    }
    return driver;
  }

  @Override
  public int version() {
    return number("cuDriverGetVersion", () -> "the version", out -> cuDriverGetVersion(out));
  }

  @Override
  public int deviceCount() {
    return DeviceQuery.count();
  }

  @Override
  public DeviceProperties properties(int ordinal) {
    return DeviceQuery.properties(ordinal);
  }

  @Override
  public Context createContext(int ordinal) {
    var context = contexts.retain(ordinal);
    makeCurrent(context);
    return context;
  }

  @Override
  public void makeCurrent(Context context) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "CUDA contexts belong to platform threads; call from one, not from a virtual thread");
    }
    check(
        cuCtxSetCurrent(pointer(context.handle())),
        "cuCtxSetCurrent",
        () -> "context 0x" + Long.toHexString(context.handle()));
  }

  @Override
  public void destroy(Context context) {
    contexts.release(context);
  }

  @Override
  public void synchronize() {
    check(cuCtxSynchronize(), "cuCtxSynchronize", () -> "the work before");
  }

  @Override
  public MemoryInfo memoryInfo() {
    return DeviceMemory.info();
  }

  @Override
  public long allocate(long bytes) {
    return DeviceMemory.allocate(bytes);
  }

  @Override
  public void free(long address) {
    DeviceMemory.free(address);
  }

  @Override
  public long allocateAsync(long bytes, Stream stream) {
    return DeviceMemory.allocateAsync(bytes, stream);
  }

  @Override
  public void freeAsync(long address, Stream stream) {
    DeviceMemory.freeAsync(address, stream);
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    return PinnedMemory.allocate(bytes);
  }

  @Override
  public void freeHost(MemorySegment segment) {
    PinnedMemory.free(segment);
  }

  @Override
  public void registerHost(MemorySegment segment) {
    PinnedMemory.register(segment);
  }

  @Override
  public void unregisterHost(MemorySegment segment) {
    PinnedMemory.unregister(segment);
  }

  @Override
  public long devicePointer(MemorySegment segment) {
    return PinnedMemory.devicePointer(segment);
  }

  @Override
  public void copyToDevice(long target, MemorySegment source, Stream stream) {
    DeviceMemory.copyToDevice(target, source, stream);
  }

  @Override
  public void copyToHost(MemorySegment target, long source, Stream stream) {
    DeviceMemory.copyToHost(target, source, stream);
  }

  @Override
  public void copyOnDevice(long target, long source, long bytes, Stream stream) {
    DeviceMemory.copyOnDevice(target, source, bytes, stream);
  }

  @Override
  public void fill(long target, byte value, long bytes, Stream stream) {
    DeviceMemory.fill(target, value, bytes, stream);
  }

  @Override
  public Stream createStream() {
    return new Stream(
        value(
            "cuStreamCreate",
            () -> "a stream",
            out -> cuStreamCreate(out, CU_STREAM_NON_BLOCKING())));
  }

  @Override
  public void destroy(Stream stream) {
    check(cuStreamDestroy_v2(pointer(stream.handle())), "cuStreamDestroy", () -> text(stream));
  }

  @Override
  public void synchronize(Stream stream) {
    check(cuStreamSynchronize(pointer(stream.handle())), "cuStreamSynchronize", () -> text(stream));
  }

  @Override
  public void waitFor(Stream stream, Event event) {
    check(
        cuStreamWaitEvent(pointer(stream.handle()), pointer(event.handle()), 0),
        "cuStreamWaitEvent",
        () -> "%s for %s".formatted(text(stream), text(event)));
  }

  @Override
  public Event createEvent() {
    return new Event(
        value("cuEventCreate", () -> "an event", out -> cuEventCreate(out, CU_EVENT_DEFAULT())));
  }

  @Override
  public void destroy(Event event) {
    check(cuEventDestroy_v2(pointer(event.handle())), "cuEventDestroy", () -> text(event));
  }

  @Override
  public void record(Event event, Stream stream) {
    check(
        cuEventRecord(pointer(event.handle()), pointer(stream.handle())),
        "cuEventRecord",
        () -> "%s on %s".formatted(text(event), text(stream)));
  }

  @Override
  public void synchronize(Event event) {
    check(cuEventSynchronize(pointer(event.handle())), "cuEventSynchronize", () -> text(event));
  }

  @Override
  public boolean isDone(Event event) {
    int result = cuEventQuery(pointer(event.handle()));
    if (result == CudaResult.NOT_READY) return false;
    check(result, "cuEventQuery", () -> text(event));
    return true;
  }

  @Override
  public float milliseconds(Event start, Event end) {
    return Float.intBitsToFloat(
        number(
            "cuEventElapsedTime",
            () -> "from %s to %s".formatted(text(start), text(end)),
            out -> cuEventElapsedTime_v2(out, pointer(start.handle()), pointer(end.handle()))));
  }

  @Override
  public Module load(byte[] image) {
    return ModuleLoading.load(image);
  }

  @Override
  public void unload(Module module) {
    check(cuModuleUnload(pointer(module.handle())), "cuModuleUnload", () -> text(module));
  }

  @Override
  public Function function(Module module, String name) {
    return ModuleLoading.function(module, name);
  }

  @Override
  public FunctionAttributes attributes(Function function) {
    return ModuleLoading.attributes(function);
  }

  @Override
  public void allowSharedBytes(Function function, int bytes) {
    ModuleLoading.allowSharedBytes(function, bytes);
  }

  @Override
  public int blocksPerMultiprocessor(Function function, int threads, int sharedBytes) {
    return ModuleLoading.blocksPerMultiprocessor(function, threads, sharedBytes);
  }

  @Override
  public void launch(
      Function function, LaunchGeometry geometry, List<Argument> arguments, Stream stream) {
    try (var arena = Arena.ofConfined()) {
      check(
          cuLaunchKernel(
              pointer(function.handle()),
              geometry.gridX(),
              geometry.gridY(),
              geometry.gridZ(),
              geometry.blockX(),
              geometry.blockY(),
              geometry.blockZ(),
              geometry.sharedBytes(),
              pointer(stream.handle()),
              KernelArguments.of(arguments, arena),
              MemorySegment.NULL),
          "cuLaunchKernel",
          () ->
              "%s with %s and (%s)"
                  .formatted(
                      ModuleLoading.name(function), geometry, KernelArguments.text(arguments)));
    }
  }

  @Override
  public void beginCapture(Stream stream) {
    GraphCalls.beginCapture(stream);
  }

  @Override
  public Graph endCapture(Stream stream) {
    return GraphCalls.endCapture(stream);
  }

  @Override
  public GraphExecutable instantiate(Graph graph) {
    return GraphCalls.instantiate(graph);
  }

  @Override
  public boolean update(GraphExecutable executable, Graph graph) {
    return GraphCalls.update(executable, graph);
  }

  @Override
  public void launch(GraphExecutable executable, Stream stream) {
    GraphCalls.launch(executable, stream);
  }

  @Override
  public void destroy(Graph graph) {
    GraphCalls.destroy(graph);
  }

  @Override
  public void destroy(GraphExecutable executable) {
    GraphCalls.destroy(executable);
  }

  /// Gives back the contexts that were not destroyed.
  @Override
  public void close() {
    contexts.releaseAll();
  }

  private static String text(Stream stream) {
    return "stream 0x" + Long.toHexString(stream.handle());
  }

  private static String text(Event event) {
    return "event 0x" + Long.toHexString(event.handle());
  }

  private static String text(Module module) {
    return "module 0x" + Long.toHexString(module.handle());
  }
}

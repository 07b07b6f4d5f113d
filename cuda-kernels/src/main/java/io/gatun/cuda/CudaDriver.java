package io.gatun.cuda;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// The part of the CUDA driver API that Gatun uses. Method by method it is one driver call, with
/// the driver's meaning: sources, errors and limits are those of the CUDA Driver API reference.
///
/// Handles are plain records; a handle of another driver object, or one that was destroyed, gives
/// `CUDA_ERROR_INVALID_HANDLE`. Calls but those on devices need a current context on the calling
/// thread. Copies, fills, launches and events are ordered within their stream and return before
/// they are done, so the error of a kernel shows at a later call; after such an error
/// ([CudaException#isSticky]) the context refuses all calls.
///
/// Every method throws [CudaException] where the call fails.
public interface CudaDriver extends AutoCloseable {
  /// A context: a device's address space and modules.
  record Context(long handle) {}

  /// An ordered queue of work.
  record Stream(long handle) {}

  /// A point in a stream's work.
  record Event(long handle) {}

  /// Loaded code.
  record Module(long handle) {}

  /// A kernel of a module.
  record Function(long handle) {}

  /// Captured work.
  record Graph(long handle) {}

  /// Captured work, ready to be launched as one.
  record GraphExecutable(long handle) {}

  /// Free and total device memory in bytes.
  record MemoryInfo(long free, long total) {}

  /// Version of the driver: 13000 is 13.0.
  int version();

  /// Number of devices; 0 where there is none.
  int deviceCount();

  /// What a device offers. `ordinal` counts from 0.
  DeviceProperties properties(int ordinal);

  // --- contexts (cuCtxCreate, cuCtxSetCurrent, cuCtxDestroy, cuCtxSynchronize)

  /// Makes a context on a device, current on the calling thread.
  Context createContext(int ordinal);

  void makeCurrent(Context context);

  void destroy(Context context);

  /// Waits for all work of the current context.
  void synchronize();

  MemoryInfo memoryInfo();

  // --- memory (cuMemAlloc, cuMemAllocAsync, cuMemHostAlloc, cuMemHostRegister)

  /// Device memory, aligned to 256 bytes, its content undefined.
  long allocate(long bytes);

  void free(long address);

  /// Device memory of the stream-ordered pool.
  long allocateAsync(long bytes, Stream stream);

  void freeAsync(long address, Stream stream);

  /// Pinned host memory that the device reads and writes too, at [#devicePointer].
  MemorySegment allocateHost(long bytes);

  void freeHost(MemorySegment segment);

  /// Pins a caller's memory and maps it for the device, until [#unregisterHost].
  void registerHost(MemorySegment segment);

  void unregisterHost(MemorySegment segment);

  /// Where the device finds pinned host memory.
  long devicePointer(MemorySegment segment);

  void copyToDevice(long target, MemorySegment source, Stream stream);

  /// `target` may be read after the stream is synchronized.
  void copyToHost(MemorySegment target, long source, Stream stream);

  void copyOnDevice(long target, long source, long bytes, Stream stream);

  /// Sets each byte.
  void fill(long target, byte value, long bytes, Stream stream);

  // --- streams and events

  /// A stream that does not wait for the default one (`CU_STREAM_NON_BLOCKING`).
  Stream createStream();

  void destroy(Stream stream);

  void synchronize(Stream stream);

  /// Lets later work of the stream wait for an event.
  void waitFor(Stream stream, Event event);

  Event createEvent();

  void destroy(Event event);

  void record(Event event, Stream stream);

  void synchronize(Event event);

  /// Whether the work before the event is done (`cuEventQuery`).
  boolean isDone(Event event);

  /// Milliseconds between two events that are done.
  float milliseconds(Event start, Event end);

  // --- code

  /// Loads PTX (zero-terminated text or not) or a cubin.
  Module load(byte[] image);

  void unload(Module module);

  /// The kernel of this name.
  Function function(Module module, String name);

  /// What a kernel needs.
  FunctionAttributes attributes(Function function);

  /// Allows a kernel more than 48 KiB of dynamic shared memory.
  void allowSharedBytes(Function function, int bytes);

  /// Blocks of a kernel that fit on one multiprocessor.
  int blocksPerMultiprocessor(Function function, int threads, int sharedBytes);

  void launch(Function function, LaunchGeometry geometry, List<Argument> arguments, Stream stream);

  // --- graphs

  /// Records the stream's work, this thread's only, instead of doing it.
  void beginCapture(Stream stream);

  Graph endCapture(Stream stream);

  /// What `work` enqueues on a stream, as a graph. Where it fails, the capture is ended.
  static Graph captured(CudaDriver driver, Stream stream, Runnable work) {
    driver.beginCapture(stream);
    try {
      work.run();
    } catch (RuntimeException | Error failure) {
      try {
        driver.destroy(driver.endCapture(stream));
      } catch (CudaException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
    return driver.endCapture(stream);
  }

  GraphExecutable instantiate(Graph graph);

  /// Gives an executable the arguments of another graph of the same form.
  ///
  /// @return false when the form differs, so that it must be instantiated anew
  boolean update(GraphExecutable executable, Graph graph);

  void launch(GraphExecutable executable, Stream stream);

  void destroy(Graph graph);

  void destroy(GraphExecutable executable);

  @Override
  void close();
}

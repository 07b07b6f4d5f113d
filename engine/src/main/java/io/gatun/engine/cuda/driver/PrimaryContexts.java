package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;

import io.gatun.cuda.CudaDriver.Context;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The primary contexts that a driver object holds, each as often as it was retained.
final class PrimaryContexts {
  /// A pool that gives nothing back while its device is open (`UINT64_MAX`).
  private static final long KEEP_ALL = -1L;

  private record Held(Context context, int device) {}

  private final List<Held> held = new ArrayList<>();

  /// Retains the context of a GPU. Its pool keeps what is freed, because returning memory to the
  /// system at each synchronisation costs more than a kernel.
  synchronized Context retain(int ordinal) {
    int device = DeviceQuery.device(ordinal);
    var context =
        new Context(
            Calls.value(
                "cuDevicePrimaryCtxRetain",
                () -> "a context on GPU " + ordinal,
                out -> cuDevicePrimaryCtxRetain(out, device)));
    held.add(new Held(context, device));
    if (DeviceQuery.hasMemoryPools(device)) keepFreedMemory(device);
    return context;
  }

  synchronized void release(Context context) {
    var entry =
        held.stream()
            .filter(candidate -> candidate.context().equals(context))
            .findFirst()
            .orElseThrow(
                () ->
                    new CudaException(
                        "cuDevicePrimaryCtxRelease",
                        CudaResult.INVALID_CONTEXT,
                        "the context was destroyed before, or is of another driver object"));
    held.remove(entry);
    release(entry);
  }

  synchronized void releaseAll() {
    var entries = List.copyOf(held);
    held.clear();
    entries.forEach(PrimaryContexts::release);
  }

  private static void release(Held entry) {
    Calls.check(
        cuDevicePrimaryCtxRelease_v2(entry.device()),
        "cuDevicePrimaryCtxRelease",
        () -> "the context of device " + entry.device());
  }

  private static void keepFreedMemory(int device) {
    long pool =
        Calls.value(
            "cuDeviceGetDefaultMemPool",
            () -> "the pool of device " + device,
            out -> cuDeviceGetDefaultMemPool(out, device));
    try (var arena = Arena.ofConfined()) {
      var threshold = arena.allocateFrom(ValueLayout.JAVA_LONG, KEEP_ALL);
      Calls.check(
          cuMemPoolSetAttribute(
              Calls.pointer(pool), CU_MEMPOOL_ATTR_RELEASE_THRESHOLD(), threshold),
          "cuMemPoolSetAttribute",
          () -> "a pool that keeps freed memory");
    }
  }
}

package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.util.HashMap;
import java.util.Map;

/// The objects of a driver behind their handles. Handles are never used twice, and those of another
/// driver are not found.
final class Handles {
  private final Map<Long, Object> objects = new HashMap<>();
  private final Map<Long, String> destroyed = new HashMap<>();
  private final long first = (long) System.identityHashCode(this) << 32;
  private long next = first;

  long add(Object object) {
    objects.put(++next, object);
    return next;
  }

  /// The object of a handle.
  ///
  /// @throws CudaException `CUDA_ERROR_INVALID_HANDLE` where there is none of this type
  <T> T get(String call, long handle, Class<T> type) {
    var object = objects.get(handle);
    if (!type.isInstance(object)) {
      throw invalid(call, handle, type);
    }
    return type.cast(object);
  }

  <T> T remove(String call, long handle, Class<T> type) {
    var object = get(call, handle, type);
    objects.remove(handle);
    destroyed.put(handle, call);
    return object;
  }

  private CudaException invalid(String call, long handle, Class<?> type) {
    var name = type.getSimpleName().replace("Virtual", "").toLowerCase(java.util.Locale.ROOT);
    String why;
    if (destroyed.containsKey(handle)) {
      why = "it was destroyed by " + destroyed.get(handle);
    } else if (objects.containsKey(handle)) {
      why = "it belongs to something else";
    } else {
      why = "it is none of this driver object";
    }
    return new CudaException(
        call, CudaResult.INVALID_HANDLE, "%s handle 0x%x: %s".formatted(name, handle, why));
  }
}

package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.DeviceProperties;
import java.lang.foreign.Arena;

/// What the driver tells of its devices.
final class DeviceQuery {
  private static final int NAME_BYTES = 256;

  private DeviceQuery() {}

  static int count() {
    return Calls.number(
        "cuDeviceGetCount", () -> "the number of GPUs", out -> cuDeviceGetCount(out));
  }

  /// The driver's handle of a device.
  static int device(int ordinal) {
    return Calls.number(
        "cuDeviceGet", () -> "GPU " + ordinal + " of " + count(), out -> cuDeviceGet(out, ordinal));
  }

  static DeviceProperties properties(int ordinal) {
    int device = device(ordinal);
    return new DeviceProperties(
        name(device),
        new Architecture(
            attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR()),
            attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR())),
        attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT()),
        Calls.value(
            "cuDeviceTotalMem",
            () -> "the memory of GPU " + ordinal,
            out -> cuDeviceTotalMem_v2(out, device)),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN()),
        attribute(device, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE()),
        attribute(device, CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE()),
        attribute(device, CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH()),
        attribute(device, CU_DEVICE_ATTRIBUTE_CLOCK_RATE()),
        hasMemoryPools(device),
        attribute(device, CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY()) != 0);
  }

  static boolean hasMemoryPools(int device) {
    return attribute(device, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED()) != 0;
  }

  private static int attribute(int device, int attribute) {
    return Calls.number(
        "cuDeviceGetAttribute",
        () -> "attribute %d of device %d".formatted(attribute, device),
        out -> cuDeviceGetAttribute(out, attribute, device));
  }

  private static String name(int device) {
    try (var arena = Arena.ofConfined()) {
      var text = arena.allocate(NAME_BYTES);
      Calls.check(
          cuDeviceGetName(text, NAME_BYTES, device),
          "cuDeviceGetName",
          () -> "the name of device " + device);
      return text.getString(0);
    }
  }
}

package io.gatun.engine;

import io.gatun.engine.cpu.CpuDevice;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.engine.cuda.CudaTools;
import io.gatun.engine.cuda.VirtualDevices;
import io.gatun.engine.cuda.driver.NativeCudaDriver;
import io.gatun.ptx.ExecutionMode;
import java.util.List;

/// Opens devices by name. A device is never swapped for another: a name that cannot be had is an
/// error.
public final class Devices {
  private Devices() {}

  /// The names that [#open] knows; `cuda:1` is the second GPU, `virtual:h100` a virtual GPU of
  /// another kind than the A100.
  public static List<String> names() {
    return List.of("cpu", "cuda", "virtual", "reference");
  }

  /// Whether [#open] knows a name.
  public static boolean isKnown(String name) {
    return name.equals("cpu")
        || name.equals("reference")
        || name.matches("cuda(:[0-9]+)?|virtual(:[a-z0-9]+)?");
  }

  /// Opens the device of this name.
  ///
  /// @throws EngineException when there is no such device, listing the names
  public static Device open(String name) {
    return switch (name) {
      case "cpu" -> new CpuDevice();
      case "reference" -> new ReferenceDevice();
      case "cuda" -> cuda(name, 0);
      default -> openGpu(name);
    };
  }

  private static Device openGpu(String name) {
    if (name.matches("cuda:[0-9]{1,4}")) {
      return cuda(name, Integer.parseInt(name.substring(name.indexOf(':') + 1)));
    }
    if (VirtualDevices.isName(name)) return VirtualDevices.open(name, ExecutionMode.FAST);
    throw new EngineException("no device \"" + name + "\"; choose one of " + names());
  }

  private static Device cuda(String name, int ordinal) {
    return new CudaDevice(name, NativeCudaDriver.open(), ordinal, CudaTools.ofThisMachine());
  }

  /// Opens the device that the environment variable `GATUN_DEVICE` names; `cpu` where it is unset.
  public static Device open() {
    return open(System.getenv().getOrDefault("GATUN_DEVICE", "cpu"));
  }
}

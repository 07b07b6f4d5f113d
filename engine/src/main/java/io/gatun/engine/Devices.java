package io.gatun.engine;

import io.gatun.engine.cpu.CpuDevice;
import java.util.List;

/// Opens devices by name. A device is never swapped for another: a name that cannot be had is an
/// error.
public final class Devices {
  private Devices() {}

  /// The names that [#open] knows.
  public static List<String> names() {
    return List.of("cpu", "reference");
  }

  /// Opens the device of this name.
  ///
  /// @throws EngineException when there is no such device, listing the names
  public static Device open(String name) {
    return switch (name) {
      case "cpu" -> new CpuDevice();
      case "reference" -> new ReferenceDevice();
      default -> throw new EngineException("no device \"" + name + "\"; choose one of " + names());
    };
  }

  /// Opens the device that the environment variable `GATUN_DEVICE` names; `cpu` where it is unset.
  public static Device open() {
    return open(System.getenv().getOrDefault("GATUN_DEVICE", "cpu"));
  }
}

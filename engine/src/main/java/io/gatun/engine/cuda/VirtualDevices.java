package io.gatun.engine.cuda;

import io.gatun.engine.EngineException;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;

/// Virtual GPUs by name.
public final class VirtualDevices {
  private static final String VIRTUAL = "virtual";

  private VirtualDevices() {}

  /// Whether a name is that of a virtual GPU.
  public static boolean isName(String name) {
    return name.equals(VIRTUAL) || name.startsWith(VIRTUAL + ":");
  }

  /// Opens a virtual GPU; its driver is a [VirtualCudaDriver].
  ///
  /// @param name `virtual`, or one such as `virtual:h100`
  /// @param mode how closely kernels are watched
  /// @throws EngineException when there is no such GPU, listing those there are
  public static CudaDevice open(String name, ExecutionMode mode) {
    var profile =
        name.equals(VIRTUAL) ? DeviceProfile.A100 : profile(name.substring(VIRTUAL.length() + 1));
    var driver = new VirtualCudaDriver(VirtualDriverOptions.of(profile).with(mode));
    return new CudaDevice(name, driver, 0, CudaTools.of(RuntimeCompiler.required()));
  }

  private static DeviceProfile profile(String name) {
    try {
      return DeviceProfile.named(name);
    } catch (IllegalArgumentException e) {
      throw new EngineException(e.getMessage(), e);
    }
  }
}

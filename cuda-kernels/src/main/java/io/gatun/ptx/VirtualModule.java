package io.gatun.ptx;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Code loaded into a context of the [VirtualCudaDriver].
final class VirtualModule {
  private static final int NEWEST_MAJOR = 9;
  private static final int NEWEST_MINOR = 0;

  private final VirtualContext context;
  private final String text;
  private final PtxModule code;
  private final Map<String, VirtualFunction> functions = new HashMap<>();
  private Optional<PtxasReport> report = Optional.empty();
  private boolean assembled;
  private boolean loaded = true;

  private VirtualModule(VirtualContext context, String text, PtxModule code) {
    this.context = context;
    this.text = text;
    this.code = code;
  }

  /// Parses PTX for a context's device.
  static VirtualModule load(String call, VirtualContext context, byte[] image) {
    refuseBinary(call, image);
    var end = image.length;
    while (end > 0 && image[end - 1] == 0) {
      end--;
    }
    var text = new String(image, 0, end, StandardCharsets.UTF_8);
    PtxModule code;
    try {
      code = PtxParser.parse(text);
    } catch (PtxException problem) {
      var failed = new CudaException(call, CudaResult.INVALID_PTX, problem.getMessage());
      failed.initCause(problem);
      throw failed;
    }
    checkVersion(call, code.version());
    checkTarget(call, code.target(), context.profile());
    return new VirtualModule(context, text, code);
  }

  private static void refuseBinary(String call, byte[] image) {
    var elf = image.length > 3 && image[0] == 0x7f && image[1] == 'E' && image[2] == 'L';
    var fatBinary = image.length > 3 && image[0] == 0x50 && (image[1] & 0xff) == 0xed;
    if (elf || fatBinary) {
      throw new CudaException(
          call,
          CudaResult.NO_BINARY_FOR_GPU,
          "the virtual GPU runs PTX, this is a compiled binary; compile with nvcc -ptx or with"
              + " NVRTC for --gpu-architecture=compute_80");
    }
  }

  private static void checkVersion(String call, String version) {
    var parts = version.split("\\.");
    var major = Integer.parseInt(parts[0]);
    var minor = Integer.parseInt(parts[1]);
    if (major > NEWEST_MAJOR || major == NEWEST_MAJOR && minor > NEWEST_MINOR) {
      throw new CudaException(
          call,
          CudaResult.UNSUPPORTED_PTX_VERSION,
          "PTX %s is newer than %d.%d, which the virtual GPU knows; compile with CUDA 13.0 or older"
              .formatted(version, NEWEST_MAJOR, NEWEST_MINOR));
    }
  }

  private static void checkTarget(String call, Architecture target, DeviceProfile device) {
    if (target.compareTo(device.architecture()) > 0) {
      throw new CudaException(
          call,
          CudaResult.NO_BINARY_FOR_GPU,
          "the PTX is for %s, the virtual %s is %s; compile for %s or choose another virtual GPU"
              .formatted(
                  target, device.name(), device.architecture(), device.architecture().virtual()));
    }
  }

  /// The kernel of this name.
  VirtualFunction function(String call, String name) {
    try {
      return functions.computeIfAbsent(name, n -> new VirtualFunction(this, code.kernel(n)));
    } catch (IllegalArgumentException missing) {
      var failed = new CudaException(call, CudaResult.NOT_FOUND, missing.getMessage());
      failed.initCause(missing);
      throw failed;
    }
  }

  void unload() {
    loaded = false;
  }

  /// Refuses what was unloaded, or belongs to another context.
  void requireLoaded(String call, VirtualContext caller) {
    if (!loaded || caller != context) {
      throw new CudaException(
          call,
          CudaResult.INVALID_HANDLE,
          loaded
              ? "the kernel belongs to another context"
              : "the module of this kernel was unloaded");
    }
  }

  DeviceProfile device() {
    return context.profile();
  }

  boolean isAssembled() {
    return assembled;
  }

  /// The assembler's report, made when it is first asked for; empty where there is no assembler.
  Optional<PtxasReport> report() {
    if (!assembled) {
      report = PtxasReport.of(text, context.profile().architecture());
      assembled = true;
    }
    return report;
  }
}

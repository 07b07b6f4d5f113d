package io.gatun.ptx;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;

/// A virtual GPU for tests that launch single kernels.
final class KernelRig implements AutoCloseable {
  private final VirtualGpu gpu;

  KernelRig(ExecutionMode mode, long seed) {
    gpu = new VirtualGpu(DeviceProfile.A100, mode, 1, seed);
  }

  /// A text of the test resources beside this class.
  static String resource(String name) {
    try (var stream = KernelRig.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Memory whose bytes were never written.
  Argument raw(String name, int floats) {
    return new Argument.Pointer(gpu.memory().allocate(4L * floats, name));
  }

  /// Floats by their index.
  Argument floats(String name, int count, IntFunction<Float> value) {
    var data = new float[count];
    for (var i = 0; i < count; i++) {
      data[i] = value.apply(i);
    }
    return written(name, MemorySegment.ofArray(data));
  }

  /// Floats that are their index.
  Argument floats(String name, int count) {
    return floats(name, count, i -> (float) i);
  }

  /// Integers by their index.
  Argument ints(String name, int count, IntFunction<Integer> value) {
    var data = new int[count];
    for (var i = 0; i < count; i++) {
      data[i] = value.apply(i);
    }
    return written(name, MemorySegment.ofArray(data));
  }

  private Argument written(String name, MemorySegment data) {
    var address = gpu.memory().allocate(data.byteSize(), name);
    gpu.memory().write(address, data);
    return new Argument.Pointer(address);
  }

  /// Memory that was freed.
  Argument freed(String name, int floats) {
    var address = gpu.memory().allocate(4L * floats, name);
    gpu.memory().free(address);
    return new Argument.Pointer(address);
  }

  float[] read(Argument pointer, int floats) {
    var data = new float[floats];
    gpu.memory().read(((Argument.Pointer) pointer).address(), MemorySegment.ofArray(data));
    return data;
  }

  KernelRun launch(PtxKernel kernel, LaunchGeometry geometry, Argument... arguments) {
    return gpu.launch(kernel, geometry, ArgumentPacking.pack(kernel, List.of(arguments)));
  }

  KernelRun launchInTwoOrders(PtxKernel kernel, LaunchGeometry geometry, Argument... arguments) {
    return gpu.launchInTwoOrders(
        kernel, geometry, ArgumentPacking.pack(kernel, List.of(arguments)));
  }

  @Override
  public void close() {
    gpu.close();
  }
}

package io.gatun.kernels;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.KernelRun;
import io.gatun.ptx.PtxKernel;
import io.gatun.ptx.VirtualGpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Arrays of f32, f16 and bf16 on a virtual GPU, and launches with arguments by position.
final class VirtualArrays implements AutoCloseable {
  private final VirtualGpu gpu;

  /// @param otherwise the architecture, where [KernelTarget] says no other
  VirtualArrays(int otherwise, ExecutionMode mode) {
    int architecture = KernelTarget.architectureOr(otherwise);
    gpu = new VirtualGpu(DeviceProfile.named(architecture == 80 ? "a100" : "h100"), mode, 2, 11);
  }

  long upload(String name, ElementType type, float[] values) {
    var bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (type == ElementType.F32) bytes.putFloat(value);
      else bytes.putShort(bits(type, value));
    }
    return upload(name, bytes.array());
  }

  long upload(String name, byte[] bytes) {
    long address = gpu.memory().allocate(bytes.length, name);
    gpu.memory().write(address, MemorySegment.ofArray(bytes));
    return address;
  }

  long allocate(String name, ElementType type, int count) {
    return gpu.memory().allocate((long) count * type.bytes(), name);
  }

  float[] download(long address, ElementType type, int count) {
    try (var arena = Arena.ofConfined()) {
      var segment = arena.allocate((long) count * type.bytes());
      gpu.memory().read(address, segment);
      var values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] =
            type == ElementType.F32
                ? segment.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                : value(type, segment.getAtIndex(ValueLayout.JAVA_SHORT, i));
      }
      return values;
    }
  }

  /// The nearest number of a type.
  static float rounded(ElementType type, float value) {
    return type == ElementType.F32 ? value : value(type, bits(type, value));
  }

  private static float value(ElementType type, short bits) {
    return type == ElementType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
  }

  private static short bits(ElementType type, float value) {
    if (type == ElementType.F16) return Float.floatToFloat16(value);
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  KernelRun launch(PtxKernel kernel, LaunchGeometry geometry, List<Argument> arguments) {
    return gpu.launch(kernel, geometry, packed(kernel, arguments));
  }

  /// Faults where the result depends on the order of the blocks.
  KernelRun launchInTwoOrders(PtxKernel kernel, LaunchGeometry geometry, List<Argument> arguments) {
    return gpu.launchInTwoOrders(kernel, geometry, packed(kernel, arguments));
  }

  private static byte[] packed(PtxKernel kernel, List<Argument> arguments) {
    var bytes = ByteBuffer.allocate(kernel.argumentBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < arguments.size(); i++) {
      bytes.position(kernel.parameters().get(i).offset());
      switch (arguments.get(i)) {
        case Argument.Pointer(long address) -> bytes.putLong(address);
        case Argument.Int(int value) -> bytes.putInt(value);
        case Argument.Long(long value) -> bytes.putLong(value);
        case Argument.Float(float value) -> bytes.putFloat(value);
        case Argument.Bytes struct -> bytes.put(struct.value());
      }
    }
    return bytes.array();
  }

  /// A struct of addresses: the `Buffers` of a hole.
  static Argument.Bytes buffers(long... addresses) {
    var bytes = ByteBuffer.allocate(8 * addresses.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long address : addresses) bytes.putLong(address);
    return new Argument.Bytes(bytes.array());
  }

  @Override
  public void close() {
    gpu.close();
  }
}

package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.Argument;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/// Runs kernels of the catalogue on the virtual GPU: named arrays in, named arrays out.
final class KernelTrial implements AutoCloseable {
  static final KernelCatalogue CATALOGUE = KernelCatalogue.standard();

  private record Buffer(long address, long bytes) {}

  private final VirtualGpu gpu;
  private final int architecture;
  private final Map<String, Buffer> buffers = new HashMap<>();
  private final Map<String, Argument> arguments = new HashMap<>();

  KernelTrial(ExecutionMode mode) {
    this(mode, 80);
  }

  /// @param otherwise the architecture, where [KernelTarget] says no other
  KernelTrial(ExecutionMode mode, int otherwise) {
    this.architecture = KernelTarget.architectureOr(otherwise);
    this.gpu =
        new VirtualGpu(DeviceProfile.named(architecture == 80 ? "a100" : "h100"), mode, 1, 7);
  }

  /// Small work is watched closely, larger work only run.
  static KernelTrial watched(long elements) {
    return new KernelTrial(elements <= 40_000 ? ExecutionMode.CHECKED : ExecutionMode.FAST);
  }

  KernelTrial in(String name, ElementType type, float... values) {
    return in(name, Numbers.encode(values, type));
  }

  KernelTrial in(String name, int... values) {
    return in(name, Numbers.encode(values));
  }

  KernelTrial in(String name, byte[] bytes) {
    // An empty array still has an address.
    long address = gpu.memory().allocate(Math.max(1, bytes.length), name);
    gpu.memory().write(address, MemorySegment.ofArray(bytes));
    return pointer(name, address, bytes.length);
  }

  /// An array that the kernel writes: to read it before is a fault.
  KernelTrial out(String name, ElementType type, long count) {
    long bytes = count * type.bytes();
    return pointer(name, gpu.memory().allocate(Math.max(1, bytes), name), bytes);
  }

  private KernelTrial pointer(String name, long address, long bytes) {
    buffers.put(name, new Buffer(address, bytes));
    return with(name, new Argument.Pointer(address));
  }

  KernelTrial absent(String name) {
    return with(name, new Argument.Pointer(0));
  }

  KernelTrial with(String name, Argument argument) {
    arguments.put(name, argument);
    return this;
  }

  /// The array under another name, too.
  KernelTrial alias(String name, String other) {
    var buffer = buffers.get(other);
    return pointer(name, buffer.address, buffer.bytes);
  }

  long address(String name) {
    return buffers.get(name).address;
  }

  KernelRun run(Kernel kernel, Sizes sizes) {
    var ptx = CompiledKernels.module(kernel.file(), architecture).kernel(kernel.name());
    var packed = pack(ptx, kernel.arguments(sizes, arguments));
    return gpu.launch(ptx, kernel.geometry().apply(sizes), packed);
  }

  KernelRun run(String name, Sizes sizes) {
    return run(CATALOGUE.named(name), sizes);
  }

  /// Runs the kernel that the catalogue chooses.
  KernelRun run(String operation, ElementType type, Sizes sizes) {
    return run(CATALOGUE.select(operation, type, sizes), sizes);
  }

  private static byte[] pack(PtxKernel ptx, List<Argument> arguments) {
    assertEquals(ptx.parameters().size(), arguments.size(), ptx.name() + ": arguments");
    var bytes = ByteBuffer.allocate(ptx.argumentBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < arguments.size(); i++) {
      var parameter = ptx.parameters().get(i);
      var argument = arguments.get(i);
      assertEquals(parameter.size(), argument.size(), ptx.name() + ": argument " + i);
      bytes.position(parameter.offset());
      switch (argument) {
        case Argument.Pointer(long address) -> bytes.putLong(address);
        case Argument.Int(int value) -> bytes.putInt(value);
        case Argument.Long(long value) -> bytes.putLong(value);
        case Argument.Float(float value) -> bytes.putFloat(value);
        case Argument.Bytes struct -> bytes.put(struct.value());
      }
    }
    return bytes.array();
  }

  byte[] bytes(String name) {
    var buffer = buffers.get(name);
    try (var arena = Arena.ofConfined()) {
      var segment = arena.allocate(Math.max(1, buffer.bytes));
      gpu.memory().read(buffer.address, segment.asSlice(0, buffer.bytes));
      return segment.asSlice(0, buffer.bytes).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  float[] floats(String name, ElementType type) {
    return Numbers.decode(bytes(name), type);
  }

  int[] ints(String name) {
    return Numbers.ints(bytes(name));
  }

  /// Asserts that an array is what it should be, but for rounding.
  ///
  /// @param tolerance relative to the greater of the expected number and 1
  void expect(String name, ElementType type, double[] want, double tolerance, String what) {
    var got = floats(name, type);
    assertEquals(want.length, got.length, what);
    DoubleUnaryOperator round = v -> Numbers.rounded(new float[] {(float) v}, type)[0];
    for (int i = 0; i < want.length; i++) {
      double expected = round.applyAsDouble(want[i]);
      boolean same = Double.compare(expected, got[i]) == 0 || expected == got[i];
      double allowed = tolerance(type, tolerance) * Math.max(1, Math.abs(expected));
      if (!same && !(Math.abs(expected - got[i]) <= allowed)) {
        throw new AssertionError(
            "%s: %s[%d] is %s, not %s".formatted(what, name, i, got[i], expected));
      }
    }
  }

  /// Rounding of narrow types may go the other way where f32 differs a little.
  private static double tolerance(ElementType type, double tolerance) {
    return switch (type) {
      case BF16 -> Math.max(tolerance, 0x1p-7);
      case F16 -> Math.max(tolerance, 0x1p-10);
      case F32, F64, I64, I32, I16, I8 -> tolerance;
    };
  }

  @Override
  public void close() {
    gpu.close();
  }
}

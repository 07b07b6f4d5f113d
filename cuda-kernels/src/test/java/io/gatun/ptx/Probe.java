package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Runs small hand-written kernels: each thread `i` finds `a[i]`, `b[i]` and `c[i]` in registers
/// and leaves `%d` in `d[i]`.
final class Probe {
  static final String HEADER = ".version 8.0\n.target sm_80\n.address_size 64\n";

  private Probe() {}

  /// A module with one kernel `probe` of one pointer parameter `p`.
  static PtxKernel kernel(String body) {
    return PtxParser.parse(
            HEADER
                + ".visible .entry probe(.param .u64 p)\n{\n.reg .pred %p<10>;\n.reg .b16 %h<20>;\n"
                + ".reg .b32 %r<40>;\n.reg .f32 %f<20>;\n.reg .b64 %rd<20>;\n.reg .f64 %fd<10>;\n"
                + "ld.param.u64 %rd0, [p];\nmov.u32 %r0, %tid.x;\n"
                + body
                + "\nret;\n}\n")
        .kernel("probe");
  }

  /// Runs statements between loads and a store of 32-bit numbers.
  static int[] ints(String statements, int[] a, int[] b, int[] c) {
    var n = a.length;
    var kernel =
        kernel(
            """
            mul.wide.u32 %%rd1, %%r0, 4;
            add.s64 %%rd2, %%rd0, %%rd1;
            .reg .b32 %%a, %%b, %%c, %%d;
            ld.global.u32 %%a, [%%rd2];
            ld.global.u32 %%b, [%%rd2+%d];
            ld.global.u32 %%c, [%%rd2+%d];
            %s
            st.global.u32 [%%rd2+%d], %%d;
            """
                .formatted(4 * n, 8 * n, statements, 12 * n));
    var all = ByteBuffer.allocate(16 * n).order(ByteOrder.nativeOrder());
    all.asIntBuffer().put(a).put(b).put(c);
    var result = new int[n];
    ByteBuffer.wrap(run(kernel, all.array(), n))
        .order(ByteOrder.nativeOrder())
        .asIntBuffer()
        .get(3 * n, result);
    return result;
  }

  /// Runs statements between loads and a store of 64-bit numbers.
  static long[] longs(String statements, long[] a, long[] b, long[] c) {
    var n = a.length;
    var kernel =
        kernel(
            """
            mul.wide.u32 %%rd1, %%r0, 8;
            add.s64 %%rd2, %%rd0, %%rd1;
            .reg .b64 %%a, %%b, %%c, %%d;
            ld.global.u64 %%a, [%%rd2];
            ld.global.u64 %%b, [%%rd2+%d];
            ld.global.u64 %%c, [%%rd2+%d];
            %s
            st.global.u64 [%%rd2+%d], %%d;
            """
                .formatted(8 * n, 16 * n, statements, 24 * n));
    var all = ByteBuffer.allocate(32 * n).order(ByteOrder.nativeOrder());
    all.asLongBuffer().put(a).put(b).put(c);
    var result = new long[n];
    ByteBuffer.wrap(run(kernel, all.array(), n))
        .order(ByteOrder.nativeOrder())
        .asLongBuffer()
        .get(3 * n, result);
    return result;
  }

  /// Runs a kernel with one block on a buffer and returns what it leaves there.
  static byte[] run(PtxKernel kernel, byte[] buffer, int threads) {
    try (var gpu = new VirtualGpu(DeviceProfile.named("h100"), ExecutionMode.CHECKED, 1, 7)) {
      return run(gpu, kernel, buffer, LaunchGeometry.of(1, threads));
    }
  }

  /// Runs a kernel on a buffer and returns what it leaves there.
  static byte[] run(VirtualGpu gpu, PtxKernel kernel, byte[] buffer, LaunchGeometry geometry) {
    var address = gpu.memory().allocate(buffer.length, "buffer");
    gpu.memory().write(address, MemorySegment.ofArray(buffer));
    gpu.launch(kernel, geometry, arguments(address));
    var result = new byte[buffer.length];
    gpu.memory().read(address, MemorySegment.ofArray(result));
    gpu.memory().free(address);
    return result;
  }

  /// Argument bytes of pointers.
  static byte[] arguments(long... addresses) {
    var bytes = ByteBuffer.allocate(8 * addresses.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(addresses);
    return bytes.array();
  }

  /// The ints of a buffer.
  static int[] ints(byte[] bytes) {
    var ints = new int[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer().get(ints);
    return ints;
  }

  /// The bytes of ints.
  static byte[] bytes(int... ints) {
    var bytes = ByteBuffer.allocate(4 * ints.length).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(ints);
    return bytes.array();
  }
}

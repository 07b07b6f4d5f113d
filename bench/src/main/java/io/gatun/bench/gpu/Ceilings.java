package io.gatun.bench.gpu;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// What a GPU can do at most, measured on it: `ceilings.cu` and a copy.
///
/// @param bandwidth bytes a second, read and written, of a copy within the device's memory
/// @param float32 flops a second of f32 multiply-adds
/// @param tensor flops a second of `mma.sync` of bf16 with f32 sums
public record Ceilings(double bandwidth, double float32, double tensor) {
  private static final int BLOCK = 256;

  /// Flops of an iteration: of a thread, and of a warp.
  private static final long FLOAT32_FLOPS = 2 * 8 * 4;

  private static final long TENSOR_FLOPS = 4L * 2 * 16 * 8 * 16;

  /// Measures a GPU.
  ///
  /// @param small for the virtual GPU, whose figures say nothing
  static Ceilings measure(Side side, boolean small) {
    long bytes = small ? 1 << 20 : 1L << 30;
    int blocks = small ? 2 : 16 * side.properties().multiprocessors();
    int iterations = small ? 8 : 1 << 14;
    int runs = small ? 1 : 10;
    var image =
        RuntimeCompiler.required()
            .compile(KernelSource.of("ceilings.cu", source()), side.architecture());
    long a = side.allocate(bytes);
    long b = side.allocate(bytes);
    side.fill(a, numbers(), bytes);
    try {
      double copy = side.seconds(runs, () -> side.copy(b, a, bytes));
      double threads = (double) blocks * BLOCK;
      double float32 =
          rate(side, side.function(image, "float32_rate"), blocks, iterations, runs, b)
              * threads
              * FLOAT32_FLOPS;
      double tensor =
          rate(side, side.function(image, "tensor_rate"), blocks, iterations, runs, b)
              * threads
              / 32
              * TENSOR_FLOPS;
      return new Ceilings(2 * bytes / copy, float32, tensor);
    } finally {
      side.free(a);
      side.free(b);
    }
  }

  /// What is copied: a memory may be faster with zeros.
  private static byte[] numbers() {
    var bytes = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }

  /// Iterations a second.
  private static double rate(
      Side side, CudaDriver.Function function, int blocks, int iterations, int runs, long out) {
    var arguments = List.<Argument>of(new Argument.Pointer(out), new Argument.Int(iterations));
    var geometry = LaunchGeometry.of(blocks, BLOCK);
    return iterations / side.seconds(runs, () -> side.launch(function, geometry, arguments));
  }

  private static String source() {
    try (var stream = Ceilings.class.getResourceAsStream("ceilings.cu")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("ceilings.cu", e);
    }
  }

  /// The least seconds that so much work takes.
  ///
  /// @param onTensorCores whether the flops are theirs
  double least(long bytes, long flops, boolean onTensorCores) {
    return Math.max(bytes / bandwidth, flops / (onTensorCores ? tensor : float32));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "memory %.3g GB/s, f32 %.3g TFLOP/s, bf16 tensor cores %.3g TFLOP/s",
        1e-9 * bandwidth,
        1e-12 * float32,
        1e-12 * tensor);
  }
}

package io.gatun.engine.cuda.tune;

import io.gatun.cuda.CudaDriver;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Fills device memory with seeded random numbers. What is timed on zeros looks faster than it is:
/// a GPU that switches no bits draws less power, and keeps a higher clock.
///
/// A short array is made on the host and copied on the device until the memory is full.
///
/// @param driver whose context is current
/// @param stream that the fills are put into; they are done when the calls return
public record RandomFill(CudaDriver driver, CudaDriver.Stream stream) {
  private static final long SEED = 20;

  /// A prime, so that the rows of a matrix do not repeat each other.
  private static final int ELEMENTS = 16_381;

  /// Floats between -1 and 1. Integers of a byte are of their whole range; wider ones are 0, since
  /// they may say where to read.
  public void fill(long address, DType type, long bytes) {
    if (bytes == 0) return;
    switch (type) {
      case F32, F64, F16, BF16, I8, U8, BOOL -> repeat(address, type, bytes);
      case I64, I32, I16 -> driver.fill(address, (byte) 0, bytes, stream);
    }
  }

  private void repeat(long address, DType type, long bytes) {
    long done = Math.min(bytes, (long) ELEMENTS * type.bytes());
    try (var arena = Arena.ofConfined()) {
      var pattern = arena.allocate(done, Long.BYTES);
      write(pattern, type);
      driver.copyToDevice(address, pattern, stream);
      while (done < bytes) {
        long next = Math.min(done, bytes - done);
        driver.copyOnDevice(address + done, address, next, stream);
        done += next;
      }
      driver.synchronize(stream);
    }
  }

  private static void write(MemorySegment pattern, DType type) {
    var random = new Random(SEED);
    for (long i = 0; i < pattern.byteSize() / type.bytes(); i++) {
      double value =
          switch (type) {
            case F32, F64, F16, BF16 -> 2 * random.nextDouble() - 1;
            case I8 -> random.nextInt(-128, 128);
            case U8 -> random.nextInt(256);
            case BOOL -> random.nextInt(2);
            case I64, I32, I16 -> 0;
          };
      Elements.setDouble(pattern, type, i, value);
    }
  }
}

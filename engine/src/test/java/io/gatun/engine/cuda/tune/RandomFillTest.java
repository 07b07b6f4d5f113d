package io.gatun.engine.cuda.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomFillTest {
  /// No multiple of the pattern.
  private static final int COUNT = 40_001;

  private static double[] filled(DType type) {
    try (var driver = new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100));
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var stream = driver.createStream();
      long bytes = (long) COUNT * type.bytes();
      long address = driver.allocate(bytes);
      new RandomFill(driver, stream).fill(address, type, bytes);
      var data = arena.allocate(bytes, Long.BYTES);
      driver.copyToHost(data, address, stream);
      driver.synchronize(stream);
      return IntStream.range(0, COUNT)
          .mapToDouble(i -> Elements.getDouble(data, type, i))
          .toArray();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F64", "F16", "BF16"})
  void floatsAreBetweenMinusOneAndOne(DType type) {
    var values = filled(type);
    double mean = 0;
    double square = 0;
    for (double value : values) {
      assertTrue(Math.abs(value) <= 1, type + ": " + value);
      mean += value / COUNT;
      square += value * value / COUNT;
    }
    assertEquals(0, mean, 0.02);
    assertEquals(1.0 / 3, square, 0.01);
    // Rows of any usual length differ.
    for (int row : new int[] {16, 1000, 1024, 16_384}) {
      assertTrue(values[0] != values[row], "row of " + row);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"I64", "I32", "I16"})
  void numbersThatMayBePlacesAreZero(DType type) {
    for (double value : filled(type)) assertEquals(0, value);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"I8", "U8", "BOOL"})
  void bytesAreOfTheirWholeRange(DType type) {
    var values = filled(type);
    double least = type == DType.I8 ? -128 : 0;
    double greatest = type == DType.I8 ? 127 : type == DType.U8 ? 255 : 1;
    double min = 0;
    double max = 0;
    for (double value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    assertEquals(least, min);
    assertEquals(greatest, max);
  }
}

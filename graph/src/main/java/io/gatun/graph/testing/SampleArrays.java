package io.gatun.graph.testing;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Random;

/// Seeded arrays; every value is one that the element type holds exactly.
public final class SampleArrays {
  private static final double[] FLOATS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -2.5,
    1.5,
    3,
    0x1p-24,
    -0x1p-14,
    65504,
    88.5,
    -104,
    1e-40,
    3e38,
    -7e4,
    2
  };
  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    -3,
    7,
    127,
    -128,
    255,
    Short.MAX_VALUE,
    Short.MIN_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    (1L << 53) + 1,
    -(1L << 62) - 1
  };

  private SampleArrays() {}

  /// Ordinary values: normally distributed floats, integers of one or two digits, any booleans.
  public static NdArray random(TensorType type, long seed) {
    var random = new Random(seed);
    var dtype = type.dtype();
    if (dtype.isFloat()) return NdArray.of(type, _ -> dtype.round(random.nextGaussian()));
    if (dtype == DType.BOOL) return NdArray.ofLongs(type, _ -> random.nextInt(2));
    int least = dtype == DType.U8 ? 0 : -20;
    return NdArray.ofLongs(type, _ -> random.nextInt(least, 41));
  }

  /// Values between zero and `limit`, which is left out, for indices.
  public static NdArray indices(TensorType type, int limit, long seed) {
    var random = new Random(seed);
    return NdArray.ofLongs(type, _ -> random.nextInt(Math.max(1, limit)));
  }

  /// Values at which functions are special: NaN, infinities, zeros, extremes, in seeded order.
  public static NdArray special(TensorType type, long seed) {
    var random = new Random(seed);
    var dtype = type.dtype();
    return dtype.isFloat()
        ? NdArray.of(type, _ -> dtype.round(FLOATS[random.nextInt(FLOATS.length)]))
        : NdArray.ofLongs(type, _ -> INTEGERS[random.nextInt(INTEGERS.length)]);
  }
}

package io.gatun.engine.tensorboard;

import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.Elements;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// How values are distributed, over buckets that grow exponentially from zero to both sides, as
/// TensorFlow's do: by tenths from 1e-12 to 1e20. What is not finite is not counted.
///
/// @param count of the values
/// @param limits upper ends of the buckets, ascending
/// @param counts of the values in each bucket
public record Histogram(
    double least,
    double greatest,
    double count,
    double sum,
    double sumOfSquares,
    double[] limits,
    double[] counts) {
  private static final double FIRST = 1e-12;
  private static final double LAST = 1e20;
  private static final double GROWTH = 1.1;

  /// The elements of a tensor.
  public static Histogram of(Tensor tensor) {
    var data = tensor.contents();
    var dtype = tensor.type().dtype();
    return of(Math.toIntExact(tensor.type().size()), i -> Elements.getDouble(data, dtype, i));
  }

  public static Histogram of(double... values) {
    return of(values.length, i -> values[i]);
  }

  private static Histogram of(int size, IntToDoubleFunction values) {
    double[] limits = allLimits();
    double[] counts = new double[limits.length];
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    double count = 0;
    double sum = 0;
    double sumOfSquares = 0;
    for (int i = 0; i < size; i++) {
      double value = values.applyAsDouble(i);
      if (!Double.isFinite(value)) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      count++;
      sum += value;
      sumOfSquares += value * value;
      int found = Arrays.binarySearch(limits, value);
      counts[Math.min(limits.length - 1, found < 0 ? -found - 1 : found)]++;
    }
    if (count == 0) return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
    int from = 0;
    while (counts[from] == 0) from++;
    int to = counts.length;
    while (counts[to - 1] == 0) to--;
    from = Math.max(0, from - 1); // an empty bucket, whose end is where the next one begins
    return new Histogram(
        least,
        greatest,
        count,
        sum,
        sumOfSquares,
        Arrays.copyOfRange(limits, from, to),
        Arrays.copyOfRange(counts, from, to));
  }

  private static double[] allLimits() {
    int n = (int) Math.ceil(Math.log(LAST / FIRST) / Math.log(GROWTH)) + 1;
    double[] limits = new double[2 * n + 2];
    double limit = FIRST;
    for (int i = 0; i < n; i++, limit *= GROWTH) {
      limits[n + 1 + i] = limit;
      limits[n - 1 - i] = -limit;
    }
    limits[2 * n + 1] = Double.MAX_VALUE;
    return limits;
  }

  /// A `HistogramProto`.
  Message message() {
    return new Message()
        .number(1, least)
        .number(2, greatest)
        .number(3, count)
        .number(4, sum)
        .number(5, sumOfSquares)
        .numbers(6, limits)
        .numbers(7, counts);
  }
}

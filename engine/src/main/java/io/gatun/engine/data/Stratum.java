package io.gatun.engine.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// The samples of one class, for drawing from each class in proportion.
final class Stratum {
  private Stratum() {}

  /// Rows of each class, ascending.
  static int[][] rows(Labels labels) {
    int[] counts = labels.counts();
    int[][] rows = new int[counts.length][];
    for (int c = 0; c < rows.length; c++) rows[c] = new int[counts[c]];
    int[] filled = new int[counts.length];
    for (int row = 0; row < labels.size(); row++) {
      int c = labels.values()[row];
      rows[c][filled[c]++] = row;
    }
    return rows;
  }

  /// Shares `total` out in proportion to `counts`, whose sum is no less: each gets its quota
  /// rounded down, and those with the largest remainders one more.
  static int[] shares(int[] counts, int total) {
    long sum = Arrays.stream(counts).asLongStream().sum();
    int[] shares = new int[counts.length];
    if (total == 0) return shares;
    for (int c = 0; c < counts.length; c++) shares[c] = (int) ((long) counts[c] * total / sum);
    int rest = total - Arrays.stream(shares).sum();
    IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingLong(c -> -((long) counts[c] * total % sum)))
        .limit(rest)
        .forEach(c -> shares[c]++);
    return shares;
  }
}

package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Answers to classes of very different size: weights for the loss, or rows drawn so that each
/// class comes as often as the others. Only training data may be resampled, after it has been split
/// off.
public final class Balance {
  private Balance() {}

  /// Weights that give each class the same sum: `samples / (classes * samples of the class)`, by
  /// label (King and Zeng, Logistic Regression in Rare Events Data, 2001).
  ///
  /// @throws IllegalArgumentException naming a class without samples
  public static double[] weights(Labels labels) {
    labels.requireEachClass("the data to weigh");
    int[] counts = labels.counts();
    return Arrays.stream(counts)
        .mapToDouble(count -> labels.size() / ((double) counts.length * count))
        .toArray();
  }

  /// The weight of each sample's class, as `f32[n]` in `arena`, for
  /// [io.gatun.engine.train.Dataset#withWeights]. They are 1 on average.
  ///
  /// @throws IllegalArgumentException naming a class without samples
  public static Column sampleWeights(Labels labels, Arena arena) {
    double[] weights = weights(labels);
    float[] samples = new float[labels.size()];
    for (int i = 0; i < samples.length; i++) samples[i] = (float) weights[labels.values()[i]];
    return Column.of("weights", samples, arena);
  }

  /// All rows, then so many of each smaller class once more, drawn with replacement, that each has
  /// as many as the largest.
  ///
  /// @throws IllegalArgumentException naming a class without samples
  public static int[] overSampled(Labels labels, long seed) {
    labels.requireEachClass("the data to sample from");
    int most = Arrays.stream(labels.counts()).max().orElseThrow();
    var random = new SplittableRandom(seed);
    var drawn =
        Arrays.stream(Stratum.rows(labels))
            .flatMapToInt(
                rows -> random.ints(most - rows.length, 0, rows.length).map(i -> rows[i]));
    return IntStream.concat(IntStream.range(0, labels.size()), drawn).toArray();
  }

  /// As many rows of each class as the smallest has, drawn without replacement, ascending.
  ///
  /// @throws IllegalArgumentException naming a class without samples
  public static int[] underSampled(Labels labels, long seed) {
    labels.requireEachClass("the data to sample from");
    int least = Arrays.stream(labels.counts()).min().orElseThrow();
    var random = new SplittableRandom(seed);
    return Arrays.stream(Stratum.rows(labels))
        .flatMapToInt(
            rows -> {
              Permutation.shuffle(rows, random);
              return Arrays.stream(rows, 0, least);
            })
        .sorted()
        .toArray();
  }
}

package io.gatun.engine.language;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Chooses tokens by the logits that a model gives them.
public final class Sampler {
  private final double temperature;
  private final int topK;
  private final double topP;
  private final SplittableRandom random;

  private Sampler(double temperature, int topK, double topP, long seed) {
    this.temperature = temperature;
    this.topK = topK;
    this.topP = topP;
    random = new SplittableRandom(seed);
  }

  /// Always the likeliest token, the first of equals.
  public static Sampler greedy() {
    return new Sampler(0, 0, 1, 0);
  }

  /// Draws from `softmax(logits / temperature)`, of the likeliest tokens only.
  ///
  /// @param temperature below 1 the likely is preferred; 0 is greedy
  /// @param topK how many tokens can be drawn; 0 for all
  /// @param topP of these, so many that their probabilities reach this sum (Holtzman et al. 2019);
  ///     1 for all
  /// @throws IllegalArgumentException when a number is out of range, naming it
  public static Sampler of(double temperature, int topK, double topP, long seed) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature: " + temperature + " is below 0");
    }
    if (topK < 0) throw new IllegalArgumentException("top-k: " + topK + " is below 0");
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p: " + topP + " is not above 0 and at most 1");
    }
    return new Sampler(temperature, topK, topP, seed);
  }

  /// The next token.
  public int choose(float[] logits) {
    if (temperature == 0) return likeliest(logits);
    int[] ids = candidates(logits);
    double greatest = logits[likeliest(logits)];
    double[] weights = new double[ids.length];
    double sum = 0;
    for (int i = 0; i < ids.length; i++) {
      sum += weights[i] = Math.exp((logits[ids[i]] - greatest) / temperature);
    }
    double kept = 0;
    int count = 0;
    while (count < ids.length && kept < topP * sum) kept += weights[count++];
    double drawn = random.nextDouble() * kept;
    int i = 0;
    while (i < count - 1 && drawn >= weights[i]) drawn -= weights[i++];
    return ids[i];
  }

  /// Tokens that can be drawn; likeliest first where that matters.
  private int[] candidates(float[] logits) {
    var all = IntStream.range(0, logits.length);
    if (topK == 0 && topP == 1) return all.toArray();
    return all.mapToLong(id -> (long) ~ordered(logits[id]) << 32 | id)
        .sorted()
        .limit(topK == 0 ? logits.length : topK)
        .mapToInt(key -> (int) key)
        .toArray();
  }

  /// A whole number that is greater for a greater float.
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    return best;
  }
}

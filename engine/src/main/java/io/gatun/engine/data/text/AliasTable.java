package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import java.util.SplittableRandom;

/// Draws numbers with given probabilities in constant time, by the alias method (Walker 1977, built
/// as in Vose 1991): every bin holds the probability `1 / n`, of one number or of two.
final class AliasTable {
  private final double[] keep;
  private final int[] alias;

  /// @param weights in proportion to the probabilities; not negative, not all 0
  AliasTable(double[] weights) {
    int size = weights.length;
    double sum = 0;
    for (double weight : weights) sum += weight;
    if (!(sum > 0) || sum == Double.POSITIVE_INFINITY) {
      throw new EngineException("weights of sum " + sum + " are no distribution");
    }
    keep = new double[size];
    alias = new int[size];
    int[] stack = new int[size]; // those below average from the front, the others from the back
    int small = 0;
    int large = size;
    for (int i = 0; i < size; i++) {
      keep[i] = weights[i] * size / sum;
      alias[i] = i;
      if (keep[i] < 1) stack[small++] = i;
      else stack[--large] = i;
    }
    while (small > 0 && large < size) {
      int less = stack[--small];
      int more = stack[large];
      alias[less] = more;
      keep[more] -= 1 - keep[less];
      if (keep[more] < 1) {
        large++;
        stack[small++] = more;
      }
    }
    // What rounding leaves over has the average.
    while (small > 0) keep[stack[--small]] = 1;
    while (large < size) keep[stack[large++]] = 1;
  }

  int draw(SplittableRandom random) {
    int bin = random.nextInt(keep.length);
    return random.nextDouble() < keep[bin] ? bin : alias[bin];
  }
}

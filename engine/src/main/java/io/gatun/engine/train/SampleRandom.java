package io.gatun.engine.train;

/// The random numbers of one sample in one epoch: SplitMix64 (Steele, Lea and Flood 2014), started
/// from a hash of the seed, the epoch and the index of the sample.
public final class SampleRandom {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private long state;

  /// @param epoch from 1
  /// @param sample index of the row in its column
  public SampleRandom(long seed, long epoch, long sample) {
    start(seed, epoch, sample);
  }

  /// Begins the numbers of another sample.
  void start(long seed, long epoch, long sample) {
    state = mix(mix(mix(seed + GOLDEN_RATIO) + epoch * GOLDEN_RATIO) + sample * GOLDEN_RATIO);
  }

  private static long mix(long x) {
    x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
    return x ^ x >>> 31;
  }

  private long next() {
    return mix(state += GOLDEN_RATIO);
  }

  /// The next number, in [0, 1).
  public double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  /// The next number, in [`from`, `to`).
  public double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /// The next whole number from 0 to `bound` - 1.
  public int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  /// Whether an event of this probability comes about.
  public boolean chance(double probability) {
    return uniform() < probability;
  }
}

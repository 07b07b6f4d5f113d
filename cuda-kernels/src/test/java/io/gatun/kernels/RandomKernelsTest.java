package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.gatun.cuda.Argument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomKernelsTest {
  private static final long KEY = 0x0123_4567_89ab_cdefL;
  private static final long COUNTER = 0xffff_fffeL;

  /// The words of the reference evaluator, written down again: this module does not see it.
  private static int[] words(int count) {
    var words = new int[count];
    for (int i = 0; i < count; i++) {
      long counter = COUNTER + i / 4;
      int[] c = {(int) counter, (int) (counter >>> 32), 0, 0};
      int k0 = (int) KEY;
      int k1 = (int) (KEY >>> 32);
      for (int round = 0; round < 10; round++) {
        long p0 = 0xD2511F53L * (c[0] & 0xffffffffL);
        long p1 = 0xCD9E8D57L * (c[2] & 0xffffffffL);
        c =
            new int[] {
              (int) (p1 >>> 32) ^ c[1] ^ k0, (int) p1, (int) (p0 >>> 32) ^ c[3] ^ k1, (int) p0
            };
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
      }
      words[i] = c[i % 4];
    }
    return words;
  }

  private static KernelTrial trial() {
    return KernelTrial.watched(0)
        .in("key", Numbers.encode(KEY))
        .in("counter", Numbers.encode(COUNTER));
  }

  /// From the test vectors that the authors publish with Random123: all ones.
  @Test
  void agreesWithThePublishedTestVector() {
    var all = Numbers.encode(-1L);
    try (var trial = KernelTrial.watched(0).in("key", all).in("counter", Numbers.encode(0L))) {
      trial.in("key", Numbers.encode(0L)).out("y", ElementType.I32, 4);
      trial.run("random_bits", Sizes.count(4));
      var zeros = new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
      assertArrayEquals(zeros, trial.ints("y"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 127, 1000, 4098})
  void bitIdenticalWithTheReference(int count) {
    var words = words(count);
    try (var trial = trial().out("y", ElementType.I32, count)) {
      trial.run("random_bits", Sizes.count(count));
      assertArrayEquals(words, trial.ints("y"));
      trial.out("y", ElementType.F32, count).run("random_uniform", Sizes.count(count));
      var want = Numbers.fill(count, i -> (words[i] >>> 8) * 0x1p-24);
      assertArrayEquals(want, trial.floats("y", ElementType.F32));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, F32", "33, F32", "1000, F32", "4098, BF16", "127, F16"})
  void dropoutKeepsWhatTheNumbersSay(int count, ElementType type) {
    var x = Numbers.rounded(Numbers.normal(count, 9), type);
    var words = words(count);
    float rate = 0.3f;
    float scale = 1 / (1 - rate);
    try (var trial = trial().in("x", type, x).out("y", type, count)) {
      trial.with("rate", new Argument.Float(rate)).with("scale", new Argument.Float(scale));
      trial.run("dropout", type, Sizes.count(count));
      var want = Numbers.fill(count, i -> (words[i] >>> 8) * 0x1p-24f >= rate ? x[i] * scale : 0);
      assertArrayEquals(Numbers.rounded(want, type), trial.floats("y", type));
    }
  }
}

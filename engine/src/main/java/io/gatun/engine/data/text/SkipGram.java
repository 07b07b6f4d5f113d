package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/// Samples for word vectors by skip-gram with negative sampling (Mikolov, Sutskever, Chen, Corrado
/// and Dean 2013, "Distributed representations of words and phrases", sections 2.2 and 2.3): a
/// word, a word near it, and words drawn at random.
///
/// - An occurrence of a word of frequency `f` is kept with probability `min(1, sqrt(t / f))`, where
/// `t` is the subsampling of the options.
/// - Around each kept occurrence a window of 1 to `window` kept words to each side is drawn, so
/// that near words count more; each word in it makes a pair.
/// - Negatives are drawn in proportion to `count ^ 0.75`, never the true word itself.
///
/// All is a function of the seed, the epoch and the part. Immutable: parts may be drawn by a thread
/// in the background while another trains with the part before.
public final class SkipGram {
  private static final double NOISE_POWER = 0.75;

  private final int[] text;
  private final SkipGramOptions options;
  private final double[] keep;
  private final AliasTable noise;
  private final int parts;

  private SkipGram(int[] text, double[] keep, AliasTable noise, SkipGramOptions options) {
    this.text = text;
    this.keep = keep;
    this.noise = noise;
    this.options = options;
    parts = parts(text, options);
  }

  /// Samples of a text.
  ///
  /// @param text ids of the vocabulary
  public static SkipGram of(int[] text, WordVocabulary vocabulary, SkipGramOptions options) {
    int size = vocabulary.size();
    if (size < 2 || text.length < 2) {
      throw new EngineException(
          "skip-gram: %d words in a text of %d; 2 of each are the least: lower the minimum count or use a longer text"
              .formatted(size, text.length));
    }
    long[] counts = new long[size];
    for (int id : text) {
      if (id < 0 || id >= size) {
        throw new EngineException("skip-gram: id " + id + " is not in [0, " + size + ")");
      }
      counts[id]++;
    }
    double[] keep = new double[size];
    double[] weights = new double[size];
    for (int id = 0; id < size; id++) {
      double frequency = (double) counts[id] / text.length;
      keep[id] = options.subsampling() == 0 ? 1 : Math.sqrt(options.subsampling() / frequency);
      weights[id] = Math.pow(vocabulary.count(id), NOISE_POWER);
    }
    return new SkipGram(text.clone(), keep, new AliasTable(weights), options);
  }

  private static int parts(int[] text, SkipGramOptions options) {
    long pair = Integer.BYTES + (1L + options.negatives()) * (Integer.BYTES + 1);
    long pairs = Math.clamp(options.memoryLimit() / pair, 1, Integer.MAX_VALUE);
    return Math.clamp(Math.ceilDiv(2L * options.window() * text.length, pairs), 1, text.length);
  }

  /// Parts of an epoch, each within the memory limit.
  public int parts() {
    return parts;
  }

  /// The pairs of a part of an epoch, allocated in `arena`, in the order of the text: input columns
  /// `center` of `i32[n]` and `candidates` of `i32[n, 1 + negatives]`, the true word first; target
  /// column `true` of `u8[n, 1 + negatives]`, 1 for the true word, else 0.
  ///
  /// @throws EngineException if subsampling leaves no pair
  public Dataset part(int epoch, int part, Arena arena) {
    Objects.checkIndex(part, parts);
    long number = (long) epoch * parts + part;
    // Mixed twice, since generators of neighbouring seeds share their numbers.
    var random =
        new SplittableRandom(
            new SplittableRandom(new SplittableRandom(options.seed()).nextLong() + number)
                .nextLong());
    int[] words = kept(part, random);
    int[] widths = new int[words.length];
    int pairs = 0;
    for (int i = 0; i < words.length; i++) {
      widths[i] = 1 + random.nextInt(options.window());
      pairs += Math.min(i, widths[i]) + Math.min(words.length - 1 - i, widths[i]);
    }
    if (pairs == 0) {
      throw new EngineException(
          "skip-gram: subsampling above a frequency of %s leaves %d words of the text; raise it"
              .formatted(options.subsampling(), words.length));
    }
    return pairs(words, widths, pairs, random, arena);
  }

  /// The occurrences that subsampling keeps.
  private int[] kept(int part, SplittableRandom random) {
    int from = (int) ((long) text.length * part / parts);
    int to = (int) ((long) text.length * (part + 1) / parts);
    int[] kept = new int[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      if (keep[text[i]] >= 1 || random.nextDouble() < keep[text[i]]) kept[size++] = text[i];
    }
    return Arrays.copyOf(kept, size);
  }

  private Dataset pairs(
      int[] words, int[] widths, int pairs, SplittableRandom random, Arena arena) {
    int candidates = 1 + options.negatives();
    var centerType = TensorType.of(DType.I32, pairs);
    var otherType = TensorType.of(DType.I32, pairs, candidates);
    var truthType = otherType.with(DType.U8);
    var center = arena.allocate(centerType.bytes(), 64);
    var other = arena.allocate(otherType.bytes(), 64);
    var truth = arena.allocate(truthType.bytes(), 64);
    long pair = 0;
    for (int i = 0; i < words.length; i++) {
      int last = Math.min(words.length - 1, i + widths[i]);
      for (int j = Math.max(0, i - widths[i]); j <= last; j++) {
        if (j == i) continue;
        long first = pair * candidates;
        center.setAtIndex(ValueLayout.JAVA_INT, pair++, words[i]);
        truth.set(ValueLayout.JAVA_BYTE, first, (byte) 1);
        other.setAtIndex(ValueLayout.JAVA_INT, first, words[j]);
        for (int k = 1; k < candidates; k++) {
          other.setAtIndex(ValueLayout.JAVA_INT, first + k, negative(words[j], random));
        }
      }
    }
    return new Dataset(
        List.of(
            Column.of("center", Literal.of(centerType, center)),
            Column.of("candidates", Literal.of(otherType, other))),
        List.of(Column.of("true", Literal.of(truthType, truth))));
  }

  private int negative(int trueWord, SplittableRandom random) {
    int word;
    do {
      word = noise.draw(random);
    } while (word == trueWord);
    return word;
  }
}

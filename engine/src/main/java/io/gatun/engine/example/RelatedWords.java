package io.gatun.engine.example;

import io.gatun.engine.data.text.WordVectors;
import java.util.List;

/// Pairs of related words, each of which occurs at least 20 times in Moby-Dick.
final class RelatedWords {
  private record Pair(String one, String other) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("day", "night"),
          new Pair("ship", "boat"),
          new Pair("sea", "ocean"),
          new Pair("captain", "mate"),
          new Pair("man", "men"),
          new Pair("whale", "whales"),
          new Pair("white", "black"),
          new Pair("two", "three"),
          new Pair("hand", "arm"),
          new Pair("wind", "sail"),
          new Pair("head", "tail"),
          new Pair("old", "young"),
          new Pair("starbuck", "stubb"),
          new Pair("stubb", "flask"),
          new Pair("harpoon", "lance"),
          new Pair("bow", "stern"),
          new Pair("inches", "feet"),
          new Pair("hundred", "thousand"),
          new Pair("life", "death"),
          new Pair("first", "second"));

  private RelatedWords() {}

  /// The share of the vocabulary that is less near to a word than its partner is, the mean over all
  /// pairs in both directions: 1 where partners are each other's nearest, 0.5 of vectors drawn at
  /// random. Pairs that the vocabulary lacks do not count.
  static double nearness(WordVectors vectors) {
    double others = vectors.vocabulary().size() - 2;
    return PAIRS.stream()
        .filter(pair -> vectors.has(pair.one) && vectors.has(pair.other))
        .mapToDouble(
            pair -> (vectors.rank(pair.one, pair.other) + vectors.rank(pair.other, pair.one)) / 2)
        .map(rank -> 1 - (rank - 1) / others)
        .average()
        .orElse(0);
  }
}

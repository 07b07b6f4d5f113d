package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts the terms of texts to choose those that are kept.
final class TermCounter {
  /// Ascending by code points, as Python sorts; UTF-16 units would put U+FF01 after U+10000.
  static final Comparator<String> BY_CODE_POINT =
      (a, b) -> {
        int mismatch = 0;
        int shorter = Math.min(a.length(), b.length());
        while (mismatch < shorter && a.charAt(mismatch) == b.charAt(mismatch)) mismatch++;
        if (mismatch == shorter) return Integer.compare(a.length(), b.length());
        if (mismatch > 0 && Character.isHighSurrogate(a.charAt(mismatch - 1))) mismatch--;
        return Integer.compare(a.codePointAt(mismatch), b.codePointAt(mismatch));
      };

  private static final int MOST_TERMS = 1 << 24;

  /// How often a term occurs.
  private static final class Count {
    int documents;
    long occurrences;
    int lastDocument = -1;
  }

  /// A term that is kept.
  record Kept(String term, int documents) {}

  private final TfIdfOptions options;
  private final Map<String, Count> counts = new HashMap<>();
  private int documents;

  TermCounter(TfIdfOptions options) {
    this.options = options;
  }

  void add(String text) {
    int document = documents++;
    options
        .terms()
        .of(
            text,
            term -> {
              var count = counts.computeIfAbsent(term, _ -> new Count());
              count.occurrences++;
              if (count.lastDocument != document) count.documents++;
              count.lastDocument = document;
            });
    if (counts.size() > MOST_TERMS) {
      throw new EngineException(
          "TF-IDF: more than %,d different terms in %,d texts; single words are fewer, or fit on a part of the texts"
              .formatted(MOST_TERMS, documents));
    }
  }

  /// The terms that options keep, in the order of code points. Among equally frequent ones the
  /// first in that order are kept.
  List<Kept> kept() {
    var byOccurrence =
        Comparator.<Map.Entry<String, Count>>comparingLong(e -> -e.getValue().occurrences)
            .thenComparing(Map.Entry.comparingByKey(BY_CODE_POINT));
    var kept =
        counts.entrySet().stream()
            .filter(e -> e.getValue().documents >= options.minimumDocuments())
            .sorted(byOccurrence)
            .limit(options.maximumFeatures())
            .map(e -> new Kept(e.getKey(), e.getValue().documents))
            .sorted(Comparator.comparing(Kept::term, BY_CODE_POINT))
            .toList();
    if (kept.isEmpty()) {
      throw new EngineException(
          "TF-IDF: none of the %,d terms in %,d texts is kept; lower the minimum of %d documents or remove stop words"
              .formatted(counts.size(), documents, options.minimumDocuments()));
    }
    return kept;
  }
}

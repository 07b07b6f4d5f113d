package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import java.util.ArrayList;
import java.util.Set;
import java.util.function.Consumer;

/// What a text is made of for [TfIdf]: its words, or sequences of words that follow each other
/// (n-grams), joined by spaces.
///
/// @param tokenizer cuts texts into words
/// @param stopWords words that are passed over, in lower case; the words beside them then follow
///     each other
/// @param shortest words in the shortest term
/// @param longest words in the longest term
public record Terms(Tokenizer tokenizer, Set<String> stopWords, int shortest, int longest) {
  /// Checks the lengths.
  public Terms {
    stopWords = Set.copyOf(stopWords);
    if (shortest < 1 || longest < shortest) {
      throw new EngineException(
          "terms of %d to %d words; 1 to 1, 1 to 2 ... are possible".formatted(shortest, longest));
    }
  }

  /// Single words of two or more characters ([Tokenizer#terms]), none passed over.
  public static Terms words() {
    return new Terms(Tokenizer.terms(), Set.of(), 1, 1);
  }

  /// These terms with words cut in another way.
  public Terms withTokenizer(Tokenizer other) {
    return new Terms(other, stopWords, shortest, longest);
  }

  /// These terms with words to pass over.
  public Terms withStopWords(Set<String> words) {
    return new Terms(tokenizer, words, shortest, longest);
  }

  /// These terms in sequences of `from` to `to` words.
  public Terms withLengths(int from, int to) {
    return new Terms(tokenizer, stopWords, from, to);
  }

  /// Hands on the terms of a text, with repetitions.
  void of(String text, Consumer<String> terms) {
    var words = new ArrayList<String>();
    tokenizer.tokens(
        text,
        word -> {
          if (stopWords.contains(word)) return;
          if (longest == 1) terms.accept(word);
          else words.add(word);
        });
    for (int length = shortest; length <= longest; length++) {
      for (int from = 0; from + length <= words.size(); from++) {
        terms.accept(String.join(" ", words.subList(from, from + length)));
      }
    }
  }
}

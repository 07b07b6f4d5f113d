package io.gatun.engine.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Cuts a text into words, which it hands on in their order, in lower case.
@FunctionalInterface
public interface Tokenizer {
  /// Cuts `text`.
  void tokens(String text, Consumer<String> words);

  /// The words of `text` as a list.
  default List<String> tokens(String text) {
    var words = new ArrayList<String>();
    tokens(text, words::add);
    return words;
  }

  /// Runs of two or more letters, digits or underscores, in the sense of Unicode: the pattern
  /// `(?u)\b\w\w+\b` that scikit-learn's vectorizers cut by.
  static Tokenizer terms() {
    return (text, words) -> {
      String lower = text.toLowerCase(Locale.ROOT);
      int start = 0;
      int length = 0;
      for (int at = 0, size; at < lower.length(); at += size) {
        int character = lower.codePointAt(at);
        size = Character.charCount(character);
        if (character == '_' || isAlphanumeric(character)) {
          if (length++ == 0) start = at;
        } else {
          if (length > 1) words.accept(lower.substring(start, at));
          length = 0;
        }
      }
      if (length > 1) words.accept(lower.substring(start));
    };
  }

  /// Runs of letters and digits, joined by apostrophes within them, which become `'`: a word as a
  /// reader counts it.
  static Tokenizer words() {
    return (text, words) -> {
      String lower = text.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
      int start = -1;
      for (int at = 0, size; at < lower.length(); at += size) {
        int character = lower.codePointAt(at);
        size = Character.charCount(character);
        boolean inside =
            isAlphanumeric(character)
                || character == '\''
                    && start >= 0
                    && at + 1 < lower.length()
                    && isAlphanumeric(lower.codePointAt(at + 1));
        if (inside && start < 0) start = at;
        if (inside || start < 0) continue;
        words.accept(lower.substring(start, at));
        start = -1;
      }
      if (start >= 0) words.accept(lower.substring(start));
    };
  }

  /// Letters and numbers of all kinds, as Python's `str.isalnum` has them.
  private static boolean isAlphanumeric(int character) {
    if (character < 128) {
      return character >= 'a' && character <= 'z'
          || character >= '0' && character <= '9'
          || character >= 'A' && character <= 'Z';
    }
    return switch (Character.getType(character)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER ->
          true;
      default -> false;
    };
  }
}

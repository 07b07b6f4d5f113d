package io.gatun.engine.language;

/// Text as the numbers that a model reads, and back.
public interface TextTokens {
  /// The tokens of a text, with those that begin it where the model wants any.
  int[] encode(String text);

  /// The bytes of UTF-8 that a token stands for after another; they may end within a character.
  ///
  /// @param previous the token before, or -1
  byte[] bytes(int previous, int id);

  /// Whether a token ends the text.
  boolean ends(int id);

  /// The text of tokens.
  default String decode(int... ids) {
    var text = new Utf8();
    var result = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      result.append(text.add(bytes(i == 0 ? -1 : ids[i - 1], ids[i])));
    }
    return result.append(text.end()).toString();
  }
}

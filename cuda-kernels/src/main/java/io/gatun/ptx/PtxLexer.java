package io.gatun.ptx;

/// Splits PTX text into tokens: words (names, numbers, opcodes and directives with their dots),
/// strings in quotes, and single characters. Comments are skipped.
final class PtxLexer {
  private final String text;
  private int position;
  private int line = 1;
  private String token = "";
  private int tokenLine = 1;

  PtxLexer(String text) {
    this.text = text;
    advance();
  }

  /// The current token; empty at the end.
  String token() {
    return token;
  }

  /// Line of the current token.
  int line() {
    return tokenLine;
  }

  boolean atEnd() {
    return token.isEmpty();
  }

  boolean is(String expected) {
    return token.equals(expected);
  }

  /// Returns the current token and goes on.
  String take() {
    if (atEnd()) {
      throw error("the text ends here");
    }
    var taken = token;
    advance();
    return taken;
  }

  /// Goes on if the current token is this one.
  boolean accept(String expected) {
    if (!is(expected)) {
      return false;
    }
    advance();
    return true;
  }

  void expect(String expected) {
    if (!accept(expected)) {
      throw error("expected \"" + expected + "\"");
    }
  }

  PtxException error(String message) {
    return new PtxException(tokenLine, message + ", at \"" + token + "\"");
  }

  /// Whether the token after the current one is a single colon: the current one is a label.
  boolean isLabel() {
    var next = position;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    return charAt(next) == ':' && charAt(next + 1) != ':';
  }

  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : 0;
  }

  private void advance() {
    skipBlanks();
    tokenLine = line;
    var start = position;
    var first = charAt(position);
    if (first == 0) {
      token = "";
      return;
    }
    if (isWord(first)) {
      while (isWord(charAt(position)) || isDoubleColon()) {
        position += charAt(position) == ':' ? 2 : 1;
      }
    } else if (first == '"') {
      position = end("\"", position + 1);
    } else {
      position++;
    }
    token = text.substring(start, position);
  }

  /// `ld.global.L2::128B` is one word.
  private boolean isDoubleColon() {
    return charAt(position) == ':'
        && charAt(position + 1) == ':'
        && Character.isLetterOrDigit(charAt(position + 2));
  }

  private void skipBlanks() {
    while (position < text.length()) {
      var c = text.charAt(position);
      if (c == '\n') {
        line++;
        position++;
      } else if (Character.isWhitespace(c)) {
        position++;
      } else if (c == '/' && charAt(position + 1) == '/') {
        var stop = text.indexOf('\n', position);
        position = stop < 0 ? text.length() : stop;
      } else if (c == '/' && charAt(position + 1) == '*') {
        var stop = end("*/", position + 2);
        line += (int) text.substring(position, stop).chars().filter(x -> x == '\n').count();
        position = stop;
      } else {
        return;
      }
    }
  }

  private int end(String closing, int from) {
    var found = text.indexOf(closing, from);
    if (found < 0) {
      throw new PtxException(line, "no closing " + closing);
    }
    return found + closing.length();
  }

  private static boolean isWord(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '$'
        || c == '%'
        || c == '.';
  }
}

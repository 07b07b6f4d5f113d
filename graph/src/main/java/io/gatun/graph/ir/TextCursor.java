package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/// A position in a line of the textual IR and the tokens that can be read there. Spaces before a
/// token are skipped; what does not fit is an [IllegalArgumentException].
final class TextCursor {
  private final String line;
  private int position;

  TextCursor(String line) {
    this.line = line;
  }

  /// Whether `token` comes next.
  boolean at(String token) {
    while (position < line.length() && Character.isWhitespace(line.charAt(position))) position++;
    return line.startsWith(token, position);
  }

  /// Consumes `token` if it comes next.
  boolean accept(String token) {
    if (!at(token)) return false;
    position += token.length();
    return true;
  }

  void expect(String token) {
    if (!accept(token)) throw wanted("\"" + token + "\"");
  }

  void end() {
    if (!at("") || position < line.length()) throw wanted("the end of the line");
  }

  GraphException wanted(String what) {
    at("");
    var rest = line.substring(position);
    return new GraphException(
        "wanted "
            + what
            + " at column "
            + (position + 1)
            + ", found "
            + (rest.isEmpty()
                ? "nothing"
                : "\"" + rest.substring(0, Math.min(20, rest.length())) + "\""));
  }

  /// Everything up to the next space, comma or bracket.
  String word() {
    at("");
    int start = position;
    while (position < line.length() && " \t,[]\"%".indexOf(line.charAt(position)) < 0) position++;
    if (position == start) throw wanted("a word");
    return line.substring(start, position);
  }

  int integer() {
    at("");
    int start = position;
    if (position < line.length() && line.charAt(position) == '-') position++;
    while (position < line.length() && Character.isDigit(line.charAt(position))) position++;
    try {
      return Integer.parseInt(line.substring(start, position));
    } catch (NumberFormatException _) {
      position = start;
      throw wanted("an integer of 32 bits");
    }
  }

  /// The number of `%3`.
  int value() {
    expect("%");
    return natural();
  }

  /// The number of `@3`.
  int function() {
    expect("@");
    return natural();
  }

  private int natural() {
    int number = integer();
    if (number < 0) throw new GraphException("a number may not be negative: " + number);
    return number;
  }

  /// What stands between brackets.
  String bracketed() {
    expect("[");
    int close = line.indexOf(']', position);
    if (close < 0) throw wanted("a list that ends with \"]\"");
    var inner = line.substring(position, close);
    position = close + 1;
    return inner;
  }

  List<Integer> list() {
    var inner = bracketed();
    if (inner.isBlank()) return List.of();
    try {
      return Arrays.stream(inner.split(",", -1)).map(w -> Integer.valueOf(w.strip())).toList();
    } catch (NumberFormatException _) {
      throw new GraphException("not a list of integers: [" + inner + "]");
    }
  }

  Shape shape() {
    return new Shape(list());
  }

  TensorType type() {
    return new TensorType(DType.parse(word()), shape());
  }

  /// A name in the form of [Quoted].
  String quoted() {
    expect("\"");
    var name = new StringBuilder();
    while (position < line.length()) {
      char c = line.charAt(position++);
      if (c == '"') return name.toString();
      name.append(c == '\\' ? escaped() : c);
    }
    throw wanted("a name that ends with a quote");
  }

  private char escaped() {
    if (position >= line.length()) throw wanted("a character after the backslash");
    char c = line.charAt(position++);
    if (c != 'u') return c;
    if (position + 4 > line.length()) throw wanted("four hexadecimal digits");
    position += 4;
    return (char) Integer.parseInt(line.substring(position - 4, position), 16);
  }
}

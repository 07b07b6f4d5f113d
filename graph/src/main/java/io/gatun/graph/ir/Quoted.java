package io.gatun.graph.ir;

/// Names as string literals of the textual IR: in double quotes, with a backslash before a quote or
/// a backslash, and control characters as `u` and four hexadecimal digits after a backslash.
final class Quoted {
  private Quoted() {}

  static String of(String name) {
    var text = new StringBuilder("\"");
    for (char c : name.toCharArray()) {
      if (c == '"' || c == '\\') text.append('\\').append(c);
      else if (Character.isISOControl(c)) text.append("\\u%04x".formatted((int) c));
      else text.append(c);
    }
    return text.append('"').toString();
  }
}

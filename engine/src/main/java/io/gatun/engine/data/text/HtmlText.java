package io.gatun.engine.data.text;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The text that a reader of an HTML page sees, roughly: tags, comments, scripts and styles are
/// removed, entities replaced. Any input is accepted, as browsers do. Only tags that start a line
/// or a cell part words, so that `v<!-- x -->iagra` is one.
final class HtmlText {
  private static final Set<String> HIDDEN = Set.of("script", "style");
  private static final Set<String> INLINE =
      Set.of(
          "a", "b", "i", "u", "s", "em", "strong", "font", "span", "tt", "big", "small", "sub",
          "sup", "code", "abbr");

  /// The entities of U+00A0 to U+00FF in their order (HTML 4.01, section 24.2.1).
  private static final String LATIN_1 =
      """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn
      sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave
      Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml
      ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN
      szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave
      iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml
      yacute thorn yuml
      """;

  private static final Map<String, Integer> ENTITIES = entities();
  private static final int LONGEST_ENTITY = 10;

  private final String html;
  private final StringBuilder text = new StringBuilder();
  private int at;

  private HtmlText(String html) {
    this.html = html;
  }

  static String of(String html) {
    return new HtmlText(html).read();
  }

  private static Map<String, Integer> entities() {
    var entities = new HashMap<>(Map.of("lt", (int) '<', "gt", (int) '>', "amp", (int) '&'));
    entities.putAll(Map.of("quot", (int) '"', "apos", (int) '\''));
    int character = 0xA0;
    for (String name : LATIN_1.strip().split("\\s+")) entities.put(name, character++);
    return Map.copyOf(entities);
  }

  private String read() {
    while (at < html.length()) {
      char c = html.charAt(at);
      if (c == '<' && html.startsWith("<!--", at)) at = after("-->", at + 4);
      else if (c == '<' && at + 1 < html.length() && isTag(html.charAt(at + 1))) tag();
      else if (c == '&') entity();
      else {
        append(c);
        at++;
      }
    }
    return text.toString();
  }

  /// White space runs together: to a line break where there is one in it, else to a space.
  private void append(int character) {
    boolean space = character == 0xA0 || Character.isWhitespace(character);
    int last = text.length() - 1;
    boolean after = last < 0 || Character.isWhitespace(text.charAt(last));
    if (!space) text.appendCodePoint(character);
    else if (!after) text.append(character == '\n' ? '\n' : ' ');
    else if (character == '\n' && last >= 0) text.setCharAt(last, '\n');
  }

  private static boolean isTag(char next) {
    return next == '/' || next == '!' || next == '?' || Character.isLetter(next);
  }

  /// The position after the next `end`; all the rest where it is missing.
  private int after(String end, int from) {
    int found = html.indexOf(end, from);
    return found < 0 ? html.length() : found + end.length();
  }

  private void tag() {
    int start = html.charAt(at + 1) == '/' ? at + 2 : at + 1;
    int end = start;
    while (end < html.length() && Character.isLetterOrDigit(html.charAt(end))) end++;
    String name = html.substring(start, end).toLowerCase(Locale.ROOT);
    boolean opens = start == at + 1;
    at = after(">", end);
    if (!INLINE.contains(name)) append('\n');
    if (opens && HIDDEN.contains(name)) skipTo("</" + name);
  }

  private void skipTo(String end) {
    while (at < html.length() && !html.regionMatches(true, at, end, 0, end.length())) at++;
  }

  private void entity() {
    int end = html.indexOf(';', at, Math.min(html.length(), at + LONGEST_ENTITY));
    int character = end < 0 ? -1 : character(at + 1, end);
    if (character < 0) {
      append('&');
      at++;
    } else {
      append(character);
      at = end + 1;
    }
  }

  /// The code point of an entity; -1 where there is none.
  private int character(int from, int to) {
    String name = html.substring(from, to);
    if (!name.startsWith("#")) return ENTITIES.getOrDefault(name, -1);
    boolean hexadecimal = name.startsWith("#x") || name.startsWith("#X");
    String digits = name.substring(hexadecimal ? 2 : 1);
    if (!digits.matches(hexadecimal ? "[0-9a-fA-F]{1,6}" : "[0-9]{1,7}")) return -1;
    int character = Integer.parseInt(digits, hexadecimal ? 16 : 10);
    boolean surrogate =
        character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    return Character.isValidCodePoint(character) && !surrogate ? character : -1;
  }
}

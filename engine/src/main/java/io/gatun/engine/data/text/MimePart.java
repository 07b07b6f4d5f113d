package io.gatun.engine.data.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A mail or a part of one: headers and a body, one character a byte (ISO 8859-1).
///
/// @param headers by their names in lower case, the first of each name, unfolded
record MimePart(Map<String, String> headers, String body) {
  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([\\w-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))");

  /// Splits at the first line that is neither a header nor goes on with one; an empty line there is
  /// dropped.
  static MimePart of(String part) {
    var headers = new HashMap<String, String>();
    String name = "";
    int at = 0;
    while (at < part.length()) {
      int end = lineEnd(part, at);
      String line = part.substring(at, end).stripTrailing();
      int colon = line.indexOf(':');
      boolean continues = !line.isEmpty() && Character.isWhitespace(line.charAt(0));
      if (line.isEmpty()) return new MimePart(headers, part.substring(end));
      if (continues && !name.isEmpty()) {
        headers.merge(name, line.strip(), (first, more) -> first + " " + more);
      } else if (isName(line, colon)) {
        name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        if (headers.containsKey(name)) name = "repeated " + headers.size();
        headers.put(name, line.substring(colon + 1).strip());
      } else if (at > 0 || !line.startsWith("From ")) { // the first line of a mailbox entry
        break;
      }
      at = end;
    }
    return new MimePart(headers, part.substring(at));
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end + 1;
  }

  /// A field name has printable characters but no space (RFC 5322, section 2.2).
  private static boolean isName(String line, int colon) {
    return colon > 0 && line.chars().limit(colon).allMatch(c -> c > ' ' && c < 127);
  }

  /// Media type in lower case; `text/plain` where none is told.
  String type() {
    String type = headers.getOrDefault("content-type", "").split("[;\\s]", 2)[0];
    return type.indexOf('/') > 0 ? type.toLowerCase(Locale.ROOT) : "text/plain";
  }

  /// A parameter of the media type.
  Optional<String> parameter(String name) {
    var matcher = PARAMETER.matcher(headers.getOrDefault("content-type", ""));
    while (matcher.find()) {
      if (!matcher.group(1).equalsIgnoreCase(name)) continue;
      return Optional.of(matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
    }
    return Optional.empty();
  }

  /// The parts of a multipart body; without a boundary the whole body is one of plain text.
  List<MimePart> parts() {
    var boundary = parameter("boundary").filter(text -> !text.isBlank()).map("--"::concat);
    if (boundary.isEmpty()) return List.of(new MimePart(Map.of(), body));
    var parts = new ArrayList<MimePart>();
    int start = -1;
    int at = 0;
    while (at < body.length()) {
      int end = lineEnd(body, at);
      if (body.startsWith(boundary.get(), at)) {
        if (start >= 0) parts.add(of(body.substring(start, at)));
        boolean last = body.startsWith("--", at + boundary.get().length());
        if (last) return parts;
        start = end;
      }
      at = end;
    }
    if (start < 0) return List.of(new MimePart(Map.of(), body));
    parts.add(of(body.substring(start))); // the closing boundary is missing
    return parts;
  }
}

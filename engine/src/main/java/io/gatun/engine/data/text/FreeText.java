package io.gatun.engine.data.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/// Decodes bytes whose charset is said wrongly or not at all, as mails are.
final class FreeText {
  /// Superset of Latin-1 and what mails without a charset mostly are.
  private static final Charset WESTERN = Charset.forName("windows-1252");

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+.:_-]*");

  private FreeText() {}

  /// By the charset of this name where Java knows it, wrong bytes replaced by U+FFFD; else as
  /// without a name. What calls itself US-ASCII counts as not named, since it often is something
  /// else.
  static String decode(byte[] bytes, Optional<String> charset) {
    return charset
        .filter(name -> LEGAL.matcher(name).matches() && Charset.isSupported(name))
        .map(Charset::forName)
        .filter(found -> found.canEncode() && !found.equals(StandardCharsets.US_ASCII))
        .map(found -> new String(bytes, found))
        .orElseGet(() -> decode(bytes));
  }

  /// By its byte order mark, else as UTF-8 where all of it is, else as windows-1252.
  static String decode(byte[] bytes) {
    if (isUtf16(bytes)) return new String(bytes, StandardCharsets.UTF_16);
    return utf8(bytes).orElseGet(() -> new String(bytes, WESTERN));
  }

  /// Whether [#decode] falls back to windows-1252.
  static boolean isForeign(byte[] bytes) {
    return !isUtf16(bytes) && utf8(bytes).isEmpty();
  }

  private static boolean isUtf16(byte[] bytes) {
    return startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF);
  }

  private static Optional<String> utf8(byte[] bytes) {
    int start = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    var content = ByteBuffer.wrap(bytes, start, bytes.length - start);
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(content).toString());
    } catch (CharacterCodingException _) { // the answer to a question, not a failure
      return Optional.empty();
    }
  }

  private static boolean startsWith(byte[] bytes, int... wanted) {
    if (bytes.length < wanted.length) return false;
    for (int i = 0; i < wanted.length; i++) if ((bytes[i] & 0xff) != wanted[i]) return false;
    return true;
  }
}

package io.gatun.engine.data.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The encodings of bytes as characters in mails (RFC 2045, section 6); what breaks their rules is
/// passed over or kept as it is.
final class TransferEncoding {
  private TransferEncoding() {}

  static byte[] base64(String text) {
    String digits = text.split("=", 2)[0].replaceAll("[^A-Za-z0-9+/]", "");
    // A single digit at the end has but six bits of a byte.
    if (digits.length() % 4 == 1) digits = digits.substring(0, digits.length() - 1);
    return Base64.getDecoder().decode(digits);
  }

  static byte[] quotedPrintable(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '=') {
        bytes.write(c);
        continue;
      }
      int lineBreak = softBreak(text, at);
      if (lineBreak > 0) {
        at += lineBreak;
      } else if (isHex(text, at + 1) && isHex(text, at + 2)) {
        bytes.write(Integer.parseInt(text, at + 1, at + 3, 16));
        at += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  /// Length of the line break after an equals sign; 0 where there is none.
  private static int softBreak(String text, int at) {
    if (text.startsWith("\n", at + 1)) return 1;
    return text.startsWith("\r\n", at + 1) ? 2 : 0;
  }

  private static boolean isHex(String text, int at) {
    return at < text.length() && Character.digit(text.charAt(at), 16) >= 0;
  }

  /// The bytes of an encoded word (RFC 2047, section 4.2), where `_` is a space.
  static byte[] q(String text) {
    return quotedPrintable(text.replace('_', ' '));
  }

  /// The bytes of characters that stand for one each.
  static byte[] plain(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

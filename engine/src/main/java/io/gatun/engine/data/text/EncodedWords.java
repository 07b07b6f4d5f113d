package io.gatun.engine.data.text;

import java.util.Optional;
import java.util.regex.Pattern;

/// Header values with words of other charsets, `=?iso-8859-1?Q?gr=FC=DFe?=` (RFC 2047).
final class EncodedWords {
  private static final Pattern WORD =
      Pattern.compile("=\\?([^?*\\s]+)(?:\\*[^?\\s]*)?\\?([bBqQ])\\?([^?]*)\\?=");

  /// Spaces between two encoded words are there to separate them only.
  private static final Pattern BETWEEN = Pattern.compile("(?<=\\?=)\\s+(?==\\?)");

  private EncodedWords() {}

  /// @param value one character a byte
  static String decode(String value) {
    var text = new StringBuilder();
    String joined = BETWEEN.matcher(value).replaceAll("");
    var word = WORD.matcher(joined);
    int end = 0;
    while (word.find()) {
      text.append(plain(joined.substring(end, word.start())));
      boolean base64 = word.group(2).equalsIgnoreCase("b");
      byte[] bytes =
          base64 ? TransferEncoding.base64(word.group(3)) : TransferEncoding.q(word.group(3));
      text.append(FreeText.decode(bytes, Optional.of(word.group(1))));
      end = word.end();
    }
    return text.append(plain(joined.substring(end))).toString();
  }

  private static String plain(String bytes) {
    return FreeText.decode(TransferEncoding.plain(bytes));
  }
}

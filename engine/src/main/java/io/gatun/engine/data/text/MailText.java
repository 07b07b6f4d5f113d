package io.gatun.engine.data.text;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a person reads of a mail (RFC 5322 with MIME, RFC 2045 to 2047): its subject and its text.
/// All other headers and all attachments are dropped, HTML loses its tags, and of alternatives the
/// plain one is taken. Broken mails are common, above all in spam, so nothing is refused: what
/// cannot be understood is taken as plain text.
public final class MailText {
  /// Nested deeper, parts are dropped.
  private static final int DEPTH = 16;

  private static final Set<String> OF_MAILS =
      Set.of("from", "received", "return-path", "message-id", "delivered-to", "mime-version");

  private MailText() {}

  /// The subject, a line break and the text, of a mail as it is stored or sent.
  public static String of(byte[] mail) {
    return of(MimePart.of(new String(mail, StandardCharsets.ISO_8859_1)), 0).strip();
  }

  /// Whether the bytes start with the headers of a mail.
  static boolean isMail(byte[] bytes) {
    var headers = MimePart.of(new String(bytes, StandardCharsets.ISO_8859_1)).headers();
    return headers.keySet().stream().filter(OF_MAILS::contains).count() >= 2;
  }

  private static String of(MimePart mail, int depth) {
    String subject = EncodedWords.decode(mail.headers().getOrDefault("subject", ""));
    return subject + "\n" + body(mail, depth);
  }

  private static String body(MimePart part, int depth) {
    String type = part.type();
    if (depth > DEPTH) return "";
    if (type.startsWith("multipart/")) return multipart(part, depth);
    if (type.equals("message/rfc822")) return of(MimePart.of(part.body()), depth + 1);
    if (type.equals("text/html")) return HtmlText.of(decoded(part));
    return type.startsWith("text/") ? decoded(part) : "";
  }

  private static String multipart(MimePart part, int depth) {
    List<MimePart> parts = part.parts();
    if (part.type().equals("multipart/alternative")) {
      Optional<String> plain =
          parts.stream()
              .filter(alternative -> alternative.type().equals("text/plain"))
              .map(MailText::decoded)
              .filter(text -> !text.isBlank())
              .findFirst();
      if (plain.isPresent()) return plain.get();
    }
    return parts.stream().map(each -> body(each, depth + 1)).collect(Collectors.joining("\n"));
  }

  private static String decoded(MimePart part) {
    byte[] bytes =
        switch (part.headers()
            .getOrDefault("content-transfer-encoding", "")
            .toLowerCase(Locale.ROOT)) {
          case "base64" -> TransferEncoding.base64(part.body());
          case "quoted-printable" -> TransferEncoding.quotedPrintable(part.body());
          default -> TransferEncoding.plain(part.body());
        };
    return FreeText.decode(bytes, part.parameter("charset"));
  }
}

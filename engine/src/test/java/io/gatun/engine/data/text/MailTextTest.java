package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MailTextTest {
  private static final String ALTERNATIVES =
      """
      From: a@b
      Subject: two ways
      Content-Type: multipart/alternative;
      \tboundary="=x="

      not shown
      --=x=
      Content-Type: text/plain

      plain way
      --=x=
      Content-Type: text/html

      <p>html way</p>
      --=x=--
      not shown either
      """;

  private static String text(String mail) {
    return MailText.of(mail.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void keepsSubjectAndBody() {
    String mail =
        """
        From x@y  Thu Aug 22 12:36:23 2002
        Received: from a
            by b; Subject: not this
        SUBJECT: Re: folded
        \tover lines
        Subject: repeated
        X-Empty:

        First: line
        second line
        """;
    assertEquals("Re: folded over lines\nFirst: line\nsecond line", text(mail));
    assertEquals(text(mail), text(mail.replace("\n", "\r\n")).replace("\r", ""));
  }

  @Test
  void decodesWordsOfTheSubject() {
    assertEquals("gr\u00fc\u00dfe", text("Subject: =?iso-8859-1?Q?gr=FC=DFe?=\n\n"));
    assertEquals("a \u20ac b", text("Subject: a =?UTF-8?b?4oKs?= b\n\n"));
    assertEquals("one two", text("Subject: =?us-ascii?q?one_?=\n =?us-ascii*en?q?two?=\n\n"));
    assertEquals("=?x-none?q?a?", text("Subject: =?x-none?q?a?\n\n"));
    assertEquals("\u00fc", text("Subject: =?x-none?q?=FC?=\n\n"));
  }

  @Test
  void undoesTransferEncodings() {
    String quoted = "Content-Transfer-Encoding: Quoted-Printable\nContent-Type: text/plain; ";
    assertEquals("a=b\u00e9c d=XX =", text(quoted + "charset=ISO-8859-1\n\na=3Db=E9c=\n d=XX ="));
    String base64 = "Content-Transfer-Encoding: base64\nContent-Type: text/plain; ";
    assertEquals("\u65e5\u672c", text(base64 + "charset=\"utf-8\"\n\n5pel\n5pys\n"));
    assertEquals("ab", text(base64 + "x\n\nYWI=\nY"), "a digit too many");
  }

  @Test
  void choosesTheCharset() {
    String type = "Content-Type: text/plain; charset=";
    assertEquals("\u043f\u0440", text(type + "koi8-r\n\n\u00d0\u00d2"));
    assertEquals("\u20ac5", text(type + "nonsense!\n\n\u00805"), "windows-1252 at last");
    assertEquals("\u20ac5", text(type + "us-ascii\n\n\u00e2\u0082\u00ac5"), "UTF-8 first");
  }

  @Test
  void takesThePlainAlternative() {
    assertEquals("two ways\nplain way", text(ALTERNATIVES));
    assertEquals(
        "two ways\n\nhtml way", text(ALTERNATIVES.replace("plain way", " ")).replace(" \n", ""));
  }

  @Test
  void joinsPartsAndDropsAttachments() {
    String mixed =
        ALTERNATIVES
            .replace("alternative", "mixed")
            .replace("text/html", "image/png; name=\"html way\"")
            .replace(
                "--=x=--", "--=x=\nContent-Type: message/rfc822\n\nSubject: inner\n\nforwarded");
    assertEquals("two ways\nplain way\n\n\ninner\nforwarded\nnot shown either", text(mixed));
  }

  @Test
  void takesBrokenMailsAsTheyAre() {
    assertEquals("just a text", text("just a text"));
    assertEquals("", text(""));
    assertEquals(
        "s\n--y\nbody", text("Subject: s\nContent-Type: multipart/mixed; boundary=x\n\n--y\nbody"));
    assertEquals("s\nbody", text("Subject: s\nContent-Type: multipart/mixed\n\nbody"));
    var nested = new StringBuilder("Subject: s\n");
    for (int i = 0; i < 100; i++) {
      nested.append("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n".formatted(i, i));
    }
    assertEquals("s", text(nested + "\n\ntoo deep"));
  }

  @Test
  void survivesAnyBytes() {
    byte[] mail = ALTERNATIVES.getBytes(StandardCharsets.ISO_8859_1);
    long seed = 11;
    var random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      byte[] broken = mail.clone();
      for (int i = 0; i < 8; i++) {
        broken[random.nextInt(broken.length)] = (byte) "\n:;=-\"<>&?".charAt(random.nextInt(10));
      }
      int length = MailText.of(broken).length();
      assertTrue(length <= mail.length + 200, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void knowsAMail() {
    assertTrue(
        MailText.isMail(
            ALTERNATIVES.replace("Subject", "Received").getBytes(StandardCharsets.UTF_8)));
    assertFalse(
        MailText.isMail("Note: this\nFrom: there\n\ntext".getBytes(StandardCharsets.UTF_8)));
  }
}

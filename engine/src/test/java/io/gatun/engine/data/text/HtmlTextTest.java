package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain | plain",
        "<p>one</p><P CLASS='x'>two | one;two",
        "v<!-- x > y -->ia<b>gr</b>a | viagra",
        "a<script>if (a<b) x</Script>b | a;b",
        "<STYLE>p {}</style >c | c",
        "a <br/> b   c | a;b c",
        "x &lt;b&gt; &amp;amp; &#65;&#x42; &eacute;&nbsp;&yuml; | x <b> &amp; AB \u00e9 \u00ff",
        "AT&T; &nosuch; &#xD800; &#99999999; & &; | AT&T; &nosuch; &#xD800; &#99999999; & &;",
        "1 < 2 <3 <- | 1 < 2 <3 <-",
        "a <img src=x | a",
        "a <!-- b | a",
        "a <script> b | a",
      })
  void removesTags(String html, String text) {
    assertEquals(text.replace(";", "\n"), HtmlText.of(html).strip().replace(";", "\n"));
  }
}

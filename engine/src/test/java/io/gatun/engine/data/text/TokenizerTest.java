package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizerTest {
  @Test
  void cutsTermsAsScikitLearn() {
    assertEquals(
        List.of("re", "don", "x_y", "42", "caf\u00e9"),
        Tokenizer.terms().tokens("Re: don't a X_Y-42 (CAF\u00c9)"));
    assertEquals(List.of(), Tokenizer.terms().tokens(" a . b "));
  }

  @Test
  void cutsWordsWithTheirApostrophes() {
    assertEquals(
        List.of("the", "whale's", "don't", "i", "ahab", "o'er", "1851"),
        Tokenizer.words().tokens("The whale\u2019s\u2014don't! 'I' Ahab' o'er_1851"));
    assertEquals(List.of(), Tokenizer.words().tokens("'' -- ..."));
    assertEquals(List.of("x"), Tokenizer.words().tokens("x'"));
  }
}

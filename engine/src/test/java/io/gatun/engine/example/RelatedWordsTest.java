package io.gatun.engine.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.data.text.WordVectors;
import io.gatun.engine.data.text.WordVocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelatedWordsTest {
  private static final WordVocabulary WORDS =
      WordVocabulary.of(List.of("boat", "day", "night", "ship", "x"), 1);

  @Test
  void partnersNextToEachOtherAreNear() {
    var vectors = WordVectors.of(WORDS, new float[] {1, 0, 0, 1, 0, 2, 3, 0, -1, -1});
    assertEquals(1, RelatedWords.nearness(vectors));
  }

  @Test
  void vectorsThatSayNothingAreInTheMiddle() {
    assertEquals(0.5, RelatedWords.nearness(WordVectors.of(WORDS, new float[] {1, 1, 1, 1, 1})));
  }
}

package io.gatun.engine.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.pretrained.SpeechSegments.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Chunks of a second; speech of at least 2 s, pauses of at least 2 s.
class SpeechSegmentsTest {
  private static List<Segment> of(double margin, double... probabilities) {
    return new SpeechSegments(0.5, 2, 2, margin).of(probabilities, 1);
  }

  @Test
  void aShortPauseIsPartOfTheSpeechAndAShortSoundIsNone() {
    assertEquals(List.of(new Segment(1, 5)), of(0, 0, 1, 1, 0, 1, 0, 0, 0));
    assertEquals(List.of(), of(0, 0, 1, 0, 0, 0));
    assertEquals(List.of(new Segment(0, 2), new Segment(4, 6)), of(0, 1, 1, 0, 0, 1, 1, 0, 0));
  }

  @Test
  void theThresholdToEndIsLowerThanTheOneToBegin() {
    assertEquals(List.of(new Segment(1, 6)), of(0, 0.4, 0.6, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3));
    assertEquals(List.of(), of(0, 0.4, 0.4, 0.4, 0.4));
  }

  @Test
  void speechLastsToTheEndOfTheSound() {
    assertEquals(List.of(new Segment(1, 4)), of(0, 0, 1, 1, 1));
    assertEquals(List.of(new Segment(1, 3)), of(0, 0, 1, 1, 0));
    assertEquals(List.of(), of(0));
  }

  @Test
  void marginsStopAtTheEndsAndHalfwayToTheNeighbour() {
    assertEquals(List.of(new Segment(0, 3), new Segment(3, 6)), of(3, 1, 1, 0, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SpeechSegments(1, 0, 0, 0));
  }
}

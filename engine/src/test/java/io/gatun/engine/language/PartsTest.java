package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartsTest {
  private static final int CONTEXT = 1024;

  /// The forms that read a text of so many tokens.
  private static List<Parts.Form> forms(int count, int context) {
    var forms = new ArrayList<Parts.Form>();
    for (int position = 0; position < count; position += forms.getLast().tokens()) {
      forms.add(Parts.USUAL.next(position, count - position, context));
    }
    return forms;
  }

  @Test
  void onlyTheLastPartOfAPromptAnswers() {
    assertEquals(
        List.of(
            new Parts.Form(256, 256, false),
            new Parts.Form(256, 512, false),
            new Parts.Form(128, 1024, true)),
        forms(600, CONTEXT));
  }

  @Test
  void aPartIsAsLargeAsItMustBe() {
    assertEquals(new Parts.Form(1, 128, true), forms(1, CONTEXT).getFirst());
    assertEquals(List.of(new Parts.Form(128, 128, true)), forms(5, CONTEXT));
    assertEquals(
        List.of(new Parts.Form(128, 128, false), new Parts.Form(1, 256, true)),
        forms(129, CONTEXT));
    assertEquals(List.of(new Parts.Form(256, 256, true)), forms(133, CONTEXT));
  }

  @Test
  void nothingExceedsTheContext() {
    assertEquals(List.of(new Parts.Form(48, 48, true)), forms(48, 48));
    assertEquals(List.of(new Parts.Form(200, 200, true)), forms(150, 200));
  }

  @Test
  void thePlanThatTakesOverIsForeseenInTime() {
    var next = Optional.of(new Parts.Form(1, 256, true));
    assertEquals(Optional.empty(), Parts.USUAL.ahead(63, CONTEXT, CONTEXT));
    assertEquals(next, Parts.USUAL.ahead(64, CONTEXT, CONTEXT));
    assertEquals(next, Parts.USUAL.ahead(127, CONTEXT, CONTEXT));
    assertEquals(Optional.empty(), Parts.USUAL.ahead(128, CONTEXT, CONTEXT));
    assertEquals(
        Optional.of(new Parts.Form(1, 512, true)), Parts.USUAL.ahead(192, CONTEXT, CONTEXT));
  }

  @Test
  void noPlanIsForeseenThatTheTextEndsBefore() {
    assertEquals(Optional.empty(), Parts.USUAL.ahead(100, 128, CONTEXT));
    assertEquals(Optional.empty(), Parts.USUAL.ahead(100, CONTEXT, 128));
    assertEquals(Optional.empty(), Parts.USUAL.ahead(CONTEXT, CONTEXT, CONTEXT));
  }
}

package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The quick form of examples on generated texts: each word belongs to a subject, and a sentence
/// has words of one subject and a few of others.
class TextExamplesTest {
  private static final String[] SUBJECTS = {"sea", "city", "farm", "sky", "mine", "wood"};
  private static final int WORDS = 25;
  private static final long SEED = 6;

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);

  private CommandRun quick(String name, Object... options) {
    var common = new Object[] {"train", name, "--quick", "--json", "--out", folder.resolve("out")};
    return CommandRun.of(
        Stream.concat(Arrays.stream(common), Arrays.stream(options)).toArray(Object[]::new));
  }

  private String sentence(String subject, int words) {
    var sentence = new StringBuilder();
    for (int i = 0; i < words; i++) {
      var of = random.nextInt(10) == 0 ? SUBJECTS[random.nextInt(SUBJECTS.length)] : subject;
      sentence.append(of).append((char) ('a' + random.nextInt(WORDS))).append(' ');
    }
    return sentence.append(".\n").toString();
  }

  private Path texts(String... classes) throws IOException {
    var texts = folder.resolve("texts");
    for (var each : classes) {
      Files.createDirectories(texts.resolve(each));
      for (int i = 0; i < 60; i++) {
        Files.writeString(texts.resolve(each).resolve(i + ".txt"), sentence(each, 12));
      }
    }
    return texts;
  }

  private Path book() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 2500; i++) text.append(sentence(SUBJECTS[i % SUBJECTS.length], 12));
    return Files.writeString(folder.resolve("book.txt"), text);
  }

  @Test
  void classifiesTextsOfTwoAndOfThreeClasses() throws IOException {
    for (var classes : new String[][] {{"sea", "city"}, {"sea", "city", "farm"}}) {
      var run = quick("text-classifier", "--data", texts(classes), "--terms", 60);
      assertEquals(0, run.code(), run.err());
      assertTrue(run.json().get("macro_F1").asDouble() > 0.9, run.out());
      assertTrue(run.json().get("test_accuracy").asDouble() > 0.9, run.out());
      assertTrue(run.err().contains("f1-score"), run.err());
      for (var each : classes) {
        var strongest = Pattern.compile("^" + each + ": " + each + "[a-y] ", Pattern.MULTILINE);
        assertTrue(strongest.matcher(run.err()).find(), run.err());
      }
    }
    assertTrue(Files.exists(folder.resolve("out/model.safetensors")));
    assertTrue(Files.exists(folder.resolve("out/confusion.png")));
  }

  @Test
  void refusesTextsThatNothingCanBeLearntFrom() throws IOException {
    var run = quick("text-classifier", "--data", texts("sea"));
    assertEquals(1, run.code());
    assertTrue(run.err().contains("texts"), run.err());
    assertEquals(1, quick("text-classifier", "--data", folder.resolve("nowhere")).code());
    assertEquals(2, quick("text-classifier", "--terms", 0).code());
  }

  @Test
  void findsTheWordsOfASubjectNearEachOther() throws IOException {
    var run = quick("word2vec", "--text", book(), "--words", "seab,minec,xylophone");
    assertEquals(0, run.code(), run.err());
    double ratio = run.json().get("loss_by_that_of_frequencies").asDouble();
    assertTrue(ratio < 0.9, run.out());
    for (var subject : new String[] {"sea", "mine"}) {
      var near =
          Pattern.compile(
              "^" + subject + "[bc]: (" + subject + "[a-y] [0-9.]+(, )?){8}$", Pattern.MULTILINE);
      assertTrue(near.matcher(run.err()).find(), run.err());
    }
    assertTrue(run.err().contains("xylophone: not 5 times in the text"), run.err());
    var vectors = Files.readAllLines(folder.resolve("out/vectors.txt"));
    assertEquals("150 64", vectors.getFirst());
    assertEquals(151, vectors.size());
    assertTrue(Files.exists(folder.resolve("out/words.png")));
    var again = quick("word2vec", "--text", folder.resolve("book.txt"), "--resume");
    assertEquals(run.json().get("loss"), again.json().get("loss"), again.err());
  }
}

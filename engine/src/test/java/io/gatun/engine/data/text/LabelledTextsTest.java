package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.gatun.engine.EngineException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledTextsTest {
  @TempDir Path folder;

  private final List<String> log = new ArrayList<>();

  private void put(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void put(String name, String content) throws IOException {
    put(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private String failure() {
    return assertThrows(IOException.class, () -> LabelledTexts.read(folder, log::add)).getMessage();
  }

  @Test
  void readsSubFoldersAsClasses() throws IOException {
    put("b/2", "From: x\nDate: x\nReceived: y\nSubject: s\n\nmail");
    put("b/deep/er/1.txt", "Note: plain\n");
    put("a/1", "\uFEFFgr\u00fc\u00dfe");
    put("a/2", "gr\u00fc\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
    put("a/3", "gr\u00fc\u00dfe".getBytes(StandardCharsets.UTF_16));
    put("a/.hidden", new byte[5]);
    put(".git/x", "x");
    put("readme", "not in a class");
    var texts = LabelledTexts.read(folder, log::add);
    assertEquals(List.of("a", "b"), texts.classes());
    String greeting = "gr\u00fc\u00dfe";
    assertEquals(List.of(greeting, greeting, greeting, "s\nmail", "Note: plain\n"), texts.texts());
    assertEquals(List.of(0, 0, 0, 1, 1), texts.labels());
    assertEquals(List.of(3, 2), texts.countOfClasses());
    assertEquals(1, log.size());
    assertTrue(
        log.getFirst().contains("1 files are not UTF-8") && log.getFirst().endsWith("a/2"),
        log.toString());
  }

  @Test
  void refusesFoldersWithoutClasses() throws IOException {
    assertTrue(failure().contains("has 0 sub-folders; at least 2 classes"));
    put("ham/1", "x");
    assertTrue(failure().contains("has 1 sub-folders"));
    Files.createDirectories(folder.resolve("spam/empty"));
    assertTrue(failure().contains("class folder " + folder.resolve("spam") + " has no files"));
    var none = folder.resolve("none");
    assertThrows(NoSuchFileException.class, () -> LabelledTexts.read(none, log::add));
    var file = folder.resolve("ham/1");
    assertThrows(NotDirectoryException.class, () -> LabelledTexts.read(file, log::add));
  }

  @Test
  void namesTheFileThatIsNoText() throws IOException {
    put("ham/1", "x");
    put("spam/1.png", new byte[] {'P', 'N', 'G', 0, 1});
    assertEquals(
        folder.resolve("spam/1.png") + " is not text: there is a zero at character 3; remove it",
        failure());
    put("spam/1.png", new byte[(16 << 20) + 1]);
    assertTrue(failure().contains("has 16,777,217 bytes; a text may have 16,777,216"), failure());
  }

  @Test
  void namesTheFileThatCannotBeRead() throws IOException {
    put("ham/1", "x");
    put("spam/1", "x");
    Path secret = folder.resolve("spam/1");
    assertTrue(secret.toFile().setReadable(false));
    assumeFalse(Files.isReadable(secret), "skipped: this user may read everything");
    assertEquals("no permission to read " + secret + "; make it readable", failure());
  }

  private static LabelledTexts numbered(int... countOfClass) {
    var labels =
        IntStream.range(0, countOfClass.length)
            .boxed()
            .flatMap(c -> Collections.nCopies(countOfClass[c], c).stream())
            .toList();
    var texts = IntStream.range(0, labels.size()).mapToObj(Integer::toString).toList();
    var classes = IntStream.range(0, countOfClass.length).mapToObj(c -> "class " + c).toList();
    return new LabelledTexts(texts, labels, classes);
  }

  @Test
  void splitsEachClass() {
    var all = numbered(100, 10, 2);
    var split = all.split(0.2, 7);
    assertEquals(List.of(20, 2, 1), split.test().countOfClasses());
    assertEquals(List.of(80, 8, 1), split.train().countOfClasses());
    var both = Stream.of(split.train(), split.test()).flatMap(p -> p.texts().stream());
    assertEquals(
        all.texts().stream().sorted().toList(), both.sorted().toList(), "each text is in one part");
    for (int i = 0; i < split.train().count(); i++) {
      int row = Integer.parseInt(split.train().texts().get(i));
      assertEquals(all.label(row), split.train().label(i));
    }
    assertEquals(split, all.split(0.2, 7));
    assertNotEquals(split, all.split(0.2, 8));
    assertThrows(EngineException.class, () -> numbered(5, 1).split(0.5, 0));
    assertThrows(EngineException.class, () -> all.split(1, 0));
    assertThrows(EngineException.class, () -> all.split(Double.NaN, 0));
  }

  @Test
  void givesLabelsAsAColumn() {
    try (var arena = Arena.ofConfined()) {
      var column = numbered(1, 2).labelColumn("y", arena);
      assertEquals(TensorType.of(DType.I32, 3), column.type());
      assertEquals(1, column.data().getAtIndex(ValueLayout.JAVA_INT, 2));
    }
  }

  @Test
  void refusesWrongLabels() {
    assertThrows(
        EngineException.class, () -> new LabelledTexts(List.of("x"), List.of(), List.of("a")));
    assertThrows(
        EngineException.class, () -> new LabelledTexts(List.of("x"), List.of(1), List.of("a")));
  }
}

package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Texts and the class of each.
///
/// @param labels one for each text, its position in `classes`
/// @param classes names
public record LabelledTexts(List<String> texts, List<Integer> labels, List<String> classes) {
  /// Checks counts and labels.
  public LabelledTexts {
    texts = List.copyOf(texts);
    labels = List.copyOf(labels);
    classes = List.copyOf(classes);
    if (texts.size() != labels.size()) {
      throw new EngineException(
          "%d texts with %d labels; each text needs one".formatted(texts.size(), labels.size()));
    }
    for (int label : labels) {
      if (label < 0 || label >= classes.size()) {
        throw new EngineException("label " + label + " is none of the classes " + classes);
      }
    }
  }

  /// Texts that learning is done with, and others that it is tested with.
  public record Split(LabelledTexts train, LabelledTexts test) {}

  /// Reads a folder whose sub-folders are the classes, named after them and ordered by name; each
  /// file in one, at any depth, is a text: a mail ([MailText]) where it starts with the headers of
  /// one, else plain text. Hidden files are passed over.
  ///
  /// @param log told of plain texts that are not UTF-8 and were read as windows-1252
  /// @throws IOException if a class is empty, there are less than two, a file cannot be read, is no
  ///     text or is too large; names the folder or file
  public static LabelledTexts read(Path folder, Consumer<String> log) throws IOException {
    return new TextFolder(folder, log).read();
  }

  /// Number of texts.
  public int count() {
    return texts.size();
  }

  /// Class of text `index`.
  public int label(int index) {
    return labels.get(index);
  }

  /// Number of texts of each class.
  public List<Integer> countOfClasses() {
    var counts = new ArrayList<>(Collections.nCopies(classes.size(), 0));
    for (int label : labels) counts.set(label, counts.get(label) + 1);
    return List.copyOf(counts);
  }

  /// These texts, in this order.
  public LabelledTexts select(List<Integer> rows) {
    return new LabelledTexts(
        rows.stream().map(texts::get).toList(), rows.stream().map(labels::get).toList(), classes);
  }

  /// Holds back a share of each class for the test, drawn by `seed`: at least one text, and at
  /// least one is left to train on. Both parts come in random order.
  ///
  /// @param testShare above 0, below 1
  /// @throws EngineException if a class has a single text
  public Split split(double testShare, long seed) {
    if (!(testShare > 0 && testShare < 1)) {
      throw new EngineException("test share " + testShare + " is not between 0 and 1");
    }
    var random = new Random(seed);
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      List<Integer> rows = rowsOf(c);
      if (rows.size() == 1) {
        throw new EngineException(
            "class \"%s\" has one text; two are the least that can be split"
                .formatted(classes.get(c)));
      }
      Collections.shuffle(rows, random);
      long wanted = Math.round(testShare * rows.size());
      int held = rows.isEmpty() ? 0 : Math.clamp(wanted, 1, rows.size() - 1);
      test.addAll(rows.subList(0, held));
      train.addAll(rows.subList(held, rows.size()));
    }
    Collections.shuffle(train, random);
    Collections.shuffle(test, random);
    return new Split(select(train), select(test));
  }

  private List<Integer> rowsOf(int wanted) {
    var rows = new ArrayList<Integer>();
    for (int i = 0; i < count(); i++) if (label(i) == wanted) rows.add(i);
    return rows;
  }

  /// The labels as `i32[n]`, allocated in `arena`.
  public Column labelColumn(String name, Arena arena) {
    var type = TensorType.of(DType.I32, count());
    var data = arena.allocate(type.bytes(), Integer.BYTES);
    int[] values = labels.stream().mapToInt(Integer::intValue).toArray();
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_INT, 0, values.length);
    return Column.of(name, Literal.of(type, data));
  }
}

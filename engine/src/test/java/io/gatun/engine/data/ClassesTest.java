package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.metric.Fixtures;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Labels and one-hot rows of classes.
class ClassesTest {
  @Test
  void agreesWithScikitLearn() throws IOException {
    var fixtures = Fixtures.read("preparation");
    var words = List.of(Fixtures.values(fixtures.path("words"), String[].class));
    var labels = Classes.of(words).encode(words);
    assertEquals(
        List.of(Fixtures.values(fixtures.path("classes"), String[].class)),
        labels.classes().names());
    assertArrayEquals(Fixtures.ints(fixtures.path("encoded")), labels.values());
    assertEquals(words, labels.decode());
    double[][] expected = Fixtures.matrix(fixtures.path("one_hot"));
    var arena = Arena.ofAuto();
    var encoded = OneHot.fit(words).column("tree", words, arena);
    Columns.assertClose(expected, Columns.rows(encoded), "texts");
    Columns.assertClose(expected, Columns.rows(OneHot.column("tree", labels, arena)), "labels");
  }

  @Test
  void unknownTextsAreRefusedOrZeros() {
    var trees = OneHot.fit(List.of("oak", "ash"));
    var texts = List.of("ash", "elm");
    Columns.refused(
        "row 1: \"elm\" is not one of the classes [ash, oak]",
        () -> trees.column("tree", texts, Arena.ofAuto()));
    Columns.refused("row 1: \"elm\"", () -> trees.classes().encode(texts));
    var zeros = trees.withUnknownAsZeros().column("tree", texts, Arena.ofAuto());
    Columns.assertClose(new double[][] {{1, 0}, {0, 0}}, Columns.rows(zeros), "unknown");
  }

  @Test
  void labelsAreCheckedAgainstTheirClasses() {
    var classes = new Classes(List.of("a", "b"));
    var bytes = Column.of("y", Literal.of(TensorType.of(DType.U8, 3, 1), 1, 0, 1));
    var labels = Labels.of(bytes, classes);
    assertEquals(new Labels(classes, new int[] {1, 0, 1}), labels);
    assertArrayEquals(new int[] {1, 2}, labels.counts());
    assertEquals(TensorType.of(DType.I32, 3), labels.column("y", Arena.ofAuto()).type());
    var beyond = Column.of("y", Literal.of(TensorType.of(DType.I64, 2), 0, 0x1p40));
    Columns.refused(
        "row 1: label 1099511627776 is not one of the 2 classes", () -> Labels.of(beyond, classes));
    Columns.refused("row 0: label 2", () -> Labels.of(new int[] {2}, 2));
    var floats = Columns.of(new double[][] {{1}});
    Columns.refused("does not hold an integer label", () -> Labels.of(floats, classes));
    Columns.refused("named twice in [a, a]", () -> new Classes(List.of("a", "a")));
    Columns.refused("no class", () -> Classes.of(List.of()));
  }

  @Test
  void theHighestScoreIsThePrediction() {
    var classes = new Classes(List.of("a", "b", "c"));
    var scores = Columns.of(new double[][] {{0.1, 0.7, 0.2}, {0.4, 0.2, 0.4}, {-3, -2, -1}});
    var predicted = Labels.predicted(scores, classes);
    assertArrayEquals(new int[] {1, 0, 2}, predicted.values());
    var truth = new Labels(classes, new int[] {1, 2, 2});
    assertEquals(2 / 3.0, truth.confusion(predicted).accuracy());
    Columns.refused(
        "classes [a, b, c], the prediction [0, 1, 2]",
        () -> truth.confusion(Labels.of(new int[3], 3)));
    Columns.refused(
        "has 3 features, wanted are 2",
        () -> Labels.predicted(scores, new Classes(List.of("a", "b"))));
  }
}

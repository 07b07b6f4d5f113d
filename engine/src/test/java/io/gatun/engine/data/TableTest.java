package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.data.MissingValues.Constant;
import io.gatun.engine.data.MissingValues.DropRow;
import io.gatun.engine.data.MissingValues.Keep;
import io.gatun.engine.data.MissingValues.Mean;
import io.gatun.engine.data.MissingValues.Median;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.engine.io.ReaderFuzz;
import io.gatun.engine.metric.Fixtures;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private static final TableSchema TREES = TableSchema.ofNumbers("height", "age").withTexts("kind");
  private static final String TEXT =
      """
      kind,age,note,height
      oak,30,"tall, old",2.5e1
      ash,NA,,7
      elm,10,x, -1
      oak,20,,
      """;

  @TempDir Path folder;

  private Table read(String text, TableSchema schema) throws IOException {
    return Table.read(Files.writeString(folder.resolve("x.csv"), text), schema);
  }

  @Test
  void readsTheNamedColumns() throws IOException {
    var table = read(TEXT, TREES.with(new Keep()));
    assertEquals(List.of("height", "age"), List.copyOf(table.numbers().keySet()));
    assertArrayEquals(new double[] {25, 7, -1, Double.NaN}, table.number("height"));
    assertArrayEquals(new double[] {30, Double.NaN, 10, 20}, table.number("age"));
    assertEquals(List.of("oak", "ash", "elm", "oak"), table.text("kind"));
    assertEquals(
        "height,age,kind\n-1.0,10.0,elm\n25.0,30.0,oak\n2 rows\n",
        table.rows(new int[] {2, 0}).toString());
  }

  @Test
  void treatsMissingValuesByTheRule() throws IOException {
    assertArrayEquals(new double[] {30, 10}, read(TEXT, TREES.with(new DropRow())).number("age"));
    var mean = read(TEXT, TREES.with(new Mean()));
    assertArrayEquals(new double[] {25, 7, -1, 31 / 3.0}, mean.number("height"), 1e-12);
    var median = read(TEXT, TREES.with(new Median()));
    assertArrayEquals(new double[] {30, 20, 10, 20}, median.number("age"));
    var zero = read(TEXT, TREES.with(new Constant(-5)));
    assertArrayEquals(new double[] {30, -5, 10, 20}, zero.number("age"));
    var marked = TableSchema.ofNumbers("age").withMarkers("NA", "10").with(new Constant(0));
    assertArrayEquals(new double[] {30, 0, 0, 20}, read(TEXT, marked).number("age"));
    var semicolons = TableSchema.ofTexts("b").withSeparator(';');
    assertEquals(List.of("x,y"), read("a;b\n1;x,y\n", semicolons).text("b"));
  }

  @Test
  void fillsAsScikitLearnDoes() throws IOException {
    var fixtures = Fixtures.read("preparation");
    var text = new StringBuilder("a,b\n");
    for (JsonNode row : fixtures.path("gaps")) {
      text.append(row.get(0).asText("NA")).append(',').append(row.get(1).asText("NA")).append('\n');
    }
    var schema = TableSchema.ofNumbers("a", "b");
    for (var rule : List.of(new Mean(), new Median())) {
      var table = read(text.toString(), schema.with(rule));
      double[][] expected =
          Fixtures.matrix(fixtures.path(rule instanceof Mean ? "mean" : "median"));
      for (int row = 0; row < table.rows(); row++) {
        assertEquals(expected[row][0], table.number("a")[row], 1e-14);
        assertEquals(expected[row][1], table.number("b")[row], 1e-14);
      }
    }
  }

  @Test
  void anImputerKeepsWhatItLearnedFromTrainingRows() throws IOException {
    var table = read(TEXT, TREES.with(new Keep()));
    var imputer = Imputer.fit(table.rows(new int[] {0, 2}), List.of("age"), new Mean());
    assertArrayEquals(new double[] {30, 20, 10, 20}, imputer.apply(table).number("age"));
    Columns.refused(
        "row 3 of column \"height\" is missing",
        () -> table.features("x", List.of("height"), Arena.ofAuto()));
    Columns.refused("no column of numbers \"kind\"", () -> table.number("kind"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind,age,height;oak,1,2;ash,1 | line 3: 2 values for the 3 columns",
        "kind,age,height;oak,1,2;ash,1,2,3 | line 3: 4 values for the 3 columns",
        "kind,age,height;oak,1,2;ash,x,2 | line 3, column 'age': \"x\" is not a number",
        "kind,age,height;oak,1,1e999 | line 2, column 'height': \"1e999\" is not a finite number",
        "kind,age,height;oak,1,Infinity | line 2, column 'height': \"Infinity\" is not a finite",
        "kind,age,height;oak,,2 | line 2, column 'age': the value is missing",
        "kind,age,height;,1,2 | line 2, column 'kind': the value is missing",
        "kind,age;oak,1 | no column 'height'; line 1 names [kind, age]",
        "kind,age,height | no row below the names",
        "'' | no line that names the columns",
      })
  void namesLineAndColumnOfAFault(String text, String reason) {
    var failure =
        assertThrows(MalformedFileException.class, () -> read(text.replace(';', '\n'), TREES));
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  @Test
  void refusesToFillFromNothing() {
    String text = "kind,age,height\noak,NA,1\nash,NA,2\n";
    fault("column 'age' has no value to fill", text, TREES.with(new Mean()));
    fault("a value is missing in each of 2 rows", text, TREES.with(new DropRow()));
    fault("column 'kind': the value is missing", "kind,age,height\n,1,2\n", TREES.with(new Mean()));
  }

  private void fault(String reason, String text, TableSchema schema) {
    var failure = assertThrows(MalformedFileException.class, () -> read(text, schema));
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  @Test
  void labelsTextsAndNumbers() throws IOException {
    var table =
        read(
            "a,b,c\n10,x,0.5\n2,,-0.0\n10,x,0\n",
            TableSchema.ofNumbers("a", "c").withTexts("b").with(new Keep()));
    assertEquals(
        new Labels(new Classes(List.of("2", "10")), new int[] {1, 0, 1}), table.labels("a"));
    assertEquals(
        new Labels(new Classes(List.of("0", "0.5")), new int[] {1, 0, 0}), table.labels("c"));
    Columns.refused("row 1 of column \"b\" is missing", () -> table.labels("b"));
  }

  @Test
  void becomesADataSet() throws IOException {
    var arena = Arena.ofAuto();
    var table = read(TEXT, TREES.with(new DropRow()));
    var classes = Datasets.classes(table, "kind", arena);
    Columns.assertClose(
        new double[][] {{25, 30}, {-1, 10}}, Columns.rows(classes.inputs().getFirst()), "inputs");
    Columns.assertClose(
        new double[][] {{1}, {0}}, Columns.rows(classes.targets().getFirst()), "labels");
    var numbers = Datasets.numbers(table, "age", arena);
    Columns.assertClose(
        new double[][] {{25}, {-1}}, Columns.rows(numbers.inputs().getFirst()), "inputs");
    Columns.assertClose(
        new double[][] {{30}, {10}}, Columns.rows(numbers.targets().getFirst()), "targets");
    var huge = read("a,b\n1,2\n3,1e300\n", TableSchema.ofNumbers("a", "b"));
    Columns.refused(
        "1.0E300 in row 1 of column \"b\" is not a finite f32",
        () -> Datasets.numbers(huge, "a", arena));
  }

  @Test
  void survivesHostileFiles() throws IOException {
    Path good = folder.resolve("good.csv");
    Files.writeString(good, "kind,age,height\n" + "oak,1,2.5\n\"ash\",-3,\"4e2\"\n".repeat(20));
    new ReaderFuzz(folder, 8, (file, _) -> Table.read(file, TREES)).run(good);
    new ReaderFuzz(folder, 8, (file, _) -> Table.read(file, TREES.with(new Mean()))).run(good);
  }
}

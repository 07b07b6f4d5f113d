package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TextWindowsTest {
  /// Each id names its position.
  private static final int[] IDS = IntStream.range(0, 50).toArray();

  private final Arena arena = Arena.ofShared();

  @AfterEach
  void close() {
    arena.close();
  }

  private static int[] row(Column column, int row) {
    return column.slice(row, row + 1).data().toArray(ValueLayout.JAVA_INT);
  }

  /// Checks that rows are windows of `IDS` and their targets one further, and answers the starts.
  private static int[] starts(Dataset data, int length) {
    var ids = data.inputs().getFirst();
    var next = data.targets().getFirst();
    assertEquals(TensorType.of(DType.I32, data.size(), length), ids.type());
    assertEquals(ids.type(), next.type());
    int[] starts = new int[data.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = row(ids, i)[0];
      assertArrayEquals(Arrays.copyOfRange(IDS, starts[i], starts[i] + length), row(ids, i));
      assertArrayEquals(
          Arrays.copyOfRange(IDS, starts[i] + 1, starts[i] + length + 1), row(next, i));
    }
    return starts;
  }

  @Test
  void stridesThroughTheText() {
    assertArrayEquals(
        new int[] {0, 10, 20, 30}, starts(TextWindows.strided(IDS, 10, 10, arena), 10));
    assertArrayEquals(new int[] {0, 30}, starts(TextWindows.strided(IDS, 19, 30, arena), 19));
    assertEquals(49, TextWindows.strided(IDS, 1, 1, arena).size());
    assertEquals(1, TextWindows.strided(IDS, 49, 1, arena).size());
  }

  @Test
  void drawsStartsBySeed() {
    int[] starts = starts(TextWindows.random(IDS, 47, 100, 3, arena), 47);
    assertArrayEquals(
        new int[] {0, 1, 2}, Arrays.stream(starts).distinct().sorted().toArray(), "all that fit");
    assertArrayEquals(starts, starts(TextWindows.random(IDS, 47, 100, 3, arena), 47));
    assertNotEquals(
        Arrays.toString(starts),
        Arrays.toString(starts(TextWindows.random(IDS, 47, 100, 4, arena), 47)));
  }

  @Test
  void batchesInOrderContinueTheirRows() {
    var data = TextWindows.streams(IDS, 4, 3, arena);
    assertArrayEquals(new int[] {0, 16, 32, 4, 20, 36, 8, 24, 40, 12, 28, 44}, starts(data, 4));
    try (var batches = Batches.inOrder(data, 3)) {
      assertEquals(4, batches.steps());
      int[] before = new int[0];
      for (int step = 0; step < 4; step++) {
        int[] ids = batches.next().tensors().get(0).data().toArray(ValueLayout.JAVA_INT);
        assertEquals(12, ids.length, "every batch is full");
        for (int b = 0; step > 0 && b < 3; b++) assertEquals(before[4 * b + 3] + 1, ids[4 * b]);
        before = ids;
      }
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    var shortText =
        assertThrows(EngineException.class, () -> TextWindows.strided(IDS, 50, 1, arena));
    assertTrue(shortText.getMessage().contains("50 ids have no window of 50"));
    var batch = assertThrows(EngineException.class, () -> TextWindows.streams(IDS, 10, 5, arena));
    assertTrue(
        batch.getMessage().contains("5 streams of 10 ids needs 51 ids, the text has 50"),
        batch.getMessage());
    assertEquals(5, TextWindows.streams(Arrays.copyOf(IDS, 51), 10, 5, arena).size());
    int[] many = new int[2_000_000];
    var memory =
        assertThrows(EngineException.class, () -> TextWindows.strided(many, 1000, 1, arena));
    assertTrue(memory.getMessage().endsWith("use a larger stride"), memory.getMessage());
    assertThrows(EngineException.class, () -> TextWindows.strided(IDS, 0, 1, arena));
    assertThrows(EngineException.class, () -> TextWindows.strided(IDS, 1, 0, arena));
    assertThrows(EngineException.class, () -> TextWindows.random(IDS, 1, 0, 0, arena));
    assertThrows(EngineException.class, () -> TextWindows.streams(IDS, 1, 0, arena));
  }
}

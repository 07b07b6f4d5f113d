package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/// Samples for language models, cut from one stream of ids: the column `ids` of `i32[n,T]` holds
/// windows of the stream, the target column `next` of the same type the ids that follow each, the
/// windows moved on by one. Windows are copies: memory is `8 n T` bytes, at most 1 GiB.
public final class TextWindows {
  private static final long MOST_BYTES = 1L << 30;

  private TextWindows() {}

  /// Windows of `length` ids that start at 0, `stride`, 2 `stride` ... as far as they fit, for
  /// shuffled training. With `stride == length` each id is a target once.
  public static Dataset strided(int[] ids, int length, int stride, Arena arena) {
    check(ids, length);
    if (stride < 1) throw new EngineException("windows: stride " + stride + "; 1 is the least");
    int count = (ids.length - 1 - length) / stride + 1;
    return fill(ids, count, length, row -> row * stride, "a larger stride", arena);
  }

  /// `count` windows of `length` ids that start at random positions, drawn by `seed`.
  public static Dataset random(int[] ids, int length, int count, long seed, Arena arena) {
    check(ids, length);
    if (count < 1) throw new EngineException("windows: count " + count + "; 1 is the least");
    var random = new SplittableRandom(seed);
    int starts = ids.length - length;
    return fill(ids, count, length, _ -> random.nextInt(starts), "fewer windows", arena);
  }

  /// Windows for truncated backpropagation with a state that is carried from step to step: cuts the
  /// stream into `batch` streams of equal length, and orders the windows so that batches of `batch`
  /// rows, taken in order, have in row `b` always the window that continues row `b` of the batch
  /// before. What is left at the end of the stream is dropped; every batch is full.
  public static Dataset streams(int[] ids, int length, int batch, Arena arena) {
    check(ids, length);
    if (batch < 1) throw new EngineException("windows: batch " + batch + "; 1 is the least");
    int steps = (int) ((ids.length - 1L) / ((long) batch * length));
    if (steps == 0) {
      throw new EngineException(
          "windows: a batch of %d streams of %d ids needs %,d ids, the text has %,d; use a smaller batch, shorter windows or a longer text"
              .formatted(batch, length, (long) batch * length + 1, ids.length));
    }
    int stream = steps * length;
    IntUnaryOperator start = row -> row % batch * stream + row / batch * length;
    return fill(ids, steps * batch, length, start, "a part of the text", arena);
  }

  private static void check(int[] ids, int length) {
    if (length < 1) throw new EngineException("windows: length " + length + "; 1 is the least");
    if (ids.length <= length) {
      throw new EngineException(
          "windows: %,d ids have no window of %d and the id after it; use shorter windows or a longer text"
              .formatted(ids.length, length));
    }
  }

  private static Dataset fill(
      int[] ids, int count, int length, IntUnaryOperator starts, String cure, Arena arena) {
    long bytes = 2L * count * length * Integer.BYTES;
    if (bytes > MOST_BYTES) {
      throw new EngineException(
          "windows: %,d of %,d ids, with their targets, are %,d bytes; the limit is %,d: use %s"
              .formatted(count, length, bytes, MOST_BYTES, cure));
    }
    var type = TensorType.of(DType.I32, count, length);
    var inputs = arena.allocate(type.bytes(), 64);
    var targets = arena.allocate(type.bytes(), 64);
    for (int row = 0; row < count; row++) {
      int start = starts.applyAsInt(row);
      long at = (long) row * length * Integer.BYTES;
      MemorySegment.copy(ids, start, inputs, ValueLayout.JAVA_INT, at, length);
      MemorySegment.copy(ids, start + 1, targets, ValueLayout.JAVA_INT, at, length);
    }
    return Dataset.of(
        Column.of("ids", Literal.of(type, inputs)), Column.of("next", Literal.of(type, targets)));
  }
}

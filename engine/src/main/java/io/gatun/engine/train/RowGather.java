package io.gatun.engine.train;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalLong;

/// Copies rows of one column to a batch, transforming and scaling them where the column says so.
/// For one thread.
final class RowGather {
  private static final int U8_MOST = 255;

  private final Column column;
  private final Optional<RowTransform.Worker> transform;
  private final long seed;
  private final SampleRandom random = new SampleRandom(0, 0, 0);
  private final long rowBytes;
  private final int rowElements;
  private final byte[] bytes;
  private final float[] floats;
  private final float[] table;
  private final boolean bytesInBatch;

  /// @param transforms the seed of the transform, if it is applied
  RowGather(Column column, OptionalLong transforms) {
    this.column = column;
    seed = transforms.orElse(0);
    transform =
        column
            .transform()
            .filter(_ -> transforms.isPresent())
            .map(t -> t.worker(column.storedRowType()));
    rowBytes = column.rowBytes();
    rowElements = Math.toIntExact(column.rowShape().size());
    boolean computed = transform.isPresent() || column.scale().isPresent();
    boolean oneByte = column.type().dtype().bytes() == 1;
    floats = new float[computed ? rowElements : 0];
    bytes = new byte[computed && oneByte ? rowElements : 0];
    bytesInBatch = column.rowType().dtype() == DType.U8;
    table = computed && oneByte ? table() : new float[0];
  }

  /// The value of each of the 256 bytes: scaled, where no transform comes before.
  private float[] table() {
    var values = new float[256];
    try (var arena = Arena.ofConfined()) {
      var one = arena.allocate(1);
      for (int i = 0; i < values.length; i++) {
        one.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
        double value = Elements.getLong(one, column.type().dtype(), 0);
        values[i] = transform.isPresent() ? (float) value : scale(value);
      }
    }
    return values;
  }

  private float scale(double x) {
    var scale = column.scale();
    return scale.isEmpty() ? (float) x : scale(x, scale.get());
  }

  private static float scale(double x, Column.Scale scale) {
    return (float) (x * scale.factor() + scale.offset());
  }

  /// Row `row` of the column, as an epoch has it, becomes row `to` of `target`.
  void copy(int row, long epoch, MemorySegment target, int to) {
    if (floats.length == 0) {
      MemorySegment.copy(column.data(), row * rowBytes, target, to * rowBytes, rowBytes);
      return;
    }
    read(row);
    var values = floats;
    if (transform.isPresent()) {
      random.start(seed, epoch, row);
      values = transform.get().apply(floats, random);
      if (bytesInBatch) {
        storeBytes(values, target, to);
        return;
      }
      scaleAll(values);
    }
    long at = (long) to * rowElements * DType.F32.bytes();
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, at, rowElements);
  }

  private void read(int row) {
    if (table.length > 0) lookUp(row);
    else if (transform.isPresent()) readFloats(row);
    else compute(row);
  }

  private void lookUp(int row) {
    MemorySegment.copy(column.data(), ValueLayout.JAVA_BYTE, row * rowBytes, bytes, 0, rowElements);
    for (int i = 0; i < rowElements; i++) floats[i] = table[bytes[i] & 0xff];
  }

  /// Only columns of `u8` and `f32` are transformed.
  private void readFloats(int row) {
    MemorySegment.copy(
        column.data(), ValueLayout.JAVA_FLOAT_UNALIGNED, row * rowBytes, floats, 0, rowElements);
  }

  private void compute(int row) {
    long start = (long) row * rowElements;
    for (int i = 0; i < rowElements; i++) {
      floats[i] = scale(Elements.getDouble(column.data(), column.type().dtype(), start + i));
    }
  }

  private void scaleAll(float[] values) {
    if (column.scale().isEmpty()) return;
    var scale = column.scale().get();
    for (int i = 0; i < rowElements; i++) values[i] = scale(values[i], scale);
  }

  private void storeBytes(float[] values, MemorySegment target, int to) {
    for (int i = 0; i < rowElements; i++) {
      bytes[i] = (byte) Math.clamp((int) Math.floor(values[i] + 0.5f), 0, U8_MOST);
    }
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, to * rowBytes, rowElements);
  }
}

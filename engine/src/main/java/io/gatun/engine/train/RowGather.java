package io.gatun.engine.train;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies rows of one column to a batch, scaling them where the column says so. For one thread.
final class RowGather {
  private final Column column;
  private final long rowBytes;
  private final int rowElements;
  private final byte[] bytes;
  private final float[] floats;
  private final float[] table;

  RowGather(Column column) {
    this.column = column;
    rowBytes = column.rowBytes();
    rowElements = Math.toIntExact(column.rowShape().size());
    boolean scaled = column.scale().isPresent();
    boolean byTable = scaled && column.type().dtype().bytes() == 1;
    floats = new float[scaled ? rowElements : 0];
    bytes = new byte[byTable ? rowElements : 0];
    table = byTable ? table() : new float[0];
  }

  /// The scaled value of each of the 256 bytes.
  private float[] table() {
    var values = new float[256];
    try (var arena = Arena.ofConfined()) {
      var one = arena.allocate(1);
      for (int i = 0; i < values.length; i++) {
        one.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
        values[i] = scale(Elements.getLong(one, column.type().dtype(), 0));
      }
    }
    return values;
  }

  private float scale(double x) {
    var scale = column.scale().orElseThrow();
    return (float) (x * scale.factor() + scale.offset());
  }

  /// Row `row` of the column becomes row `to` of `target`.
  void copy(int row, MemorySegment target, int to) {
    if (column.scale().isEmpty()) {
      MemorySegment.copy(column.data(), row * rowBytes, target, to * rowBytes, rowBytes);
      return;
    }
    if (table.length > 0) lookUp(row);
    else compute(row);
    MemorySegment.copy(
        floats,
        0,
        target,
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        (long) to * rowElements * DType.F32.bytes(),
        rowElements);
  }

  private void lookUp(int row) {
    MemorySegment.copy(column.data(), ValueLayout.JAVA_BYTE, row * rowBytes, bytes, 0, rowElements);
    for (int i = 0; i < rowElements; i++) floats[i] = table[bytes[i] & 0xff];
  }

  private void compute(int row) {
    long start = (long) row * rowElements;
    for (int i = 0; i < rowElements; i++) {
      floats[i] = scale(Elements.getDouble(column.data(), column.type().dtype(), start + i));
    }
  }
}

package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// How a file stores an array: byte order and whether the first axis varies fastest (`fortran`).
/// Decoding wraps the bytes where they are row-major little-endian, and copies otherwise.
record StoredArray(TensorType type, ByteOrder order, boolean fortran) {

  Literal decode(MemorySegment raw, Arena arena, Source source, long offset)
      throws MalformedFileException {
    if (type.dtype() == DType.BOOL) checkBooleans(raw, source, offset);
    boolean littleEndian = order == ByteOrder.LITTLE_ENDIAN || type.dtype().bytes() == 1;
    boolean rowMajor = !fortran || type.shape().rank() < 2;
    if (littleEndian && rowMajor || type.size() == 0) return Literal.of(type, raw);
    var data = arena.allocate(type.bytes(), 64);
    copy(raw, order, data, ByteOrder.LITTLE_ENDIAN);
    return Literal.of(type, data);
  }

  /// The bytes of a row-major array as this file format stores them.
  MemorySegment encode(MemorySegment data, Arena arena) {
    if (order == ByteOrder.LITTLE_ENDIAN || type.dtype().bytes() == 1) return data;
    var raw = arena.allocate(type.bytes(), 8);
    copy(data, ByteOrder.LITTLE_ENDIAN, raw, order);
    return raw;
  }

  /// Copies row by row of the row-major side; `from` may be column-major.
  private void copy(MemorySegment from, ByteOrder fromOrder, MemorySegment to, ByteOrder toOrder) {
    var shape = type.shape();
    int rank = shape.rank();
    long[] strides = fortran ? columnMajorStrides() : shape.strides();
    int last = rank == 0 ? 1 : shape.dim(rank - 1);
    long step = rank == 0 ? 1 : strides[rank - 1];
    int[] index = new int[rank];
    for (long row = 0; row < type.size(); row += last) {
      long start = 0;
      for (int axis = 0; axis < rank - 1; axis++) start += index[axis] * strides[axis];
      copyRow(from, fromOrder, start, step, to, toOrder, row, last);
      for (int axis = rank - 2; axis >= 0 && ++index[axis] == shape.dim(axis); axis--) {
        index[axis] = 0;
      }
    }
  }

  private long[] columnMajorStrides() {
    long[] strides = new long[type.shape().rank()];
    long step = 1;
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = step;
      step *= type.shape().dim(axis);
    }
    return strides;
  }

  private void copyRow(
      MemorySegment from,
      ByteOrder fromOrder,
      long start,
      long step,
      MemorySegment to,
      ByteOrder toOrder,
      long row,
      int count) {
    switch (type.dtype()) {
      case I8, U8, BOOL -> {
        var layout = ValueLayout.JAVA_BYTE;
        for (int i = 0; i < count; i++) to.set(layout, row + i, from.get(layout, start + i * step));
      }
      case F16, BF16, I16 -> {
        var read = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(fromOrder);
        var write = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(toOrder);
        for (int i = 0; i < count; i++) {
          to.setAtIndex(write, row + i, from.getAtIndex(read, start + i * step));
        }
      }
      case F32, I32 -> {
        var read = ValueLayout.JAVA_INT_UNALIGNED.withOrder(fromOrder);
        var write = ValueLayout.JAVA_INT_UNALIGNED.withOrder(toOrder);
        for (int i = 0; i < count; i++) {
          to.setAtIndex(write, row + i, from.getAtIndex(read, start + i * step));
        }
      }
      case F64, I64 -> {
        var read = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(fromOrder);
        var write = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(toOrder);
        for (int i = 0; i < count; i++) {
          to.setAtIndex(write, row + i, from.getAtIndex(read, start + i * step));
        }
      }
    }
  }

  /// Compiled code relies on booleans being 0 or 1.
  static void checkBooleans(MemorySegment raw, Source source, long offset)
      throws MalformedFileException {
    for (long i = 0; i < raw.byteSize(); i++) {
      byte value = raw.get(ValueLayout.JAVA_BYTE, i);
      if ((value & ~1) != 0) {
        throw source.malformed(offset + i, "boolean byte is " + (value & 0xff) + ", not 0 or 1");
      }
    }
  }

  /// Refuses a writer's segment that does not match its type.
  static void checkSize(TensorType type, MemorySegment data) {
    if (data.byteSize() != type.bytes()) {
      throw new IllegalArgumentException(
          type + " needs " + type.bytes() + " bytes, the segment has " + data.byteSize());
    }
  }
}

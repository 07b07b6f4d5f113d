package io.gatun.kernels;

import io.gatun.cuda.Argument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Where the arrays of an attention lie: the argument of its kernels (`attention.cuh`). What a
/// kernel does not use may be [Rows#NONE] or 0.
///
/// @param mask bytes, 0 where a key is not seen; [Rows#NONE] where all are
/// @param logSums address of `f32[batches, heads, queries]`
/// @param deltas address of `f32[batches, heads, queries]`
public record AttentionArguments(
    AttentionShape shape,
    Rows q,
    Rows k,
    Rows v,
    Rows y,
    Rows dy,
    Rows dq,
    Rows dk,
    Rows dv,
    Rows mask,
    long logSums,
    long deltas) {

  /// An array whose rows are contiguous: its address, and the elements from one batch, head and row
  /// to the next; 0 broadcasts.
  public record Rows(long address, long batch, long head, long row) {
    /// No array.
    public static final Rows NONE = new Rows(0, 0, 0, 0);

    /// A contiguous array `[.., heads, rows, d]`.
    public static Rows contiguous(long address, int heads, int rows, int d) {
      return new Rows(address, (long) heads * rows * d, (long) rows * d, d);
    }
  }

  /// The struct as the kernels take it.
  public Argument.Bytes argument() {
    var bytes = ByteBuffer.allocate(336).order(ByteOrder.LITTLE_ENDIAN);
    for (var rows : new Rows[] {q, k, v, y, dy, dq, dk, dv, mask}) {
      bytes.putLong(rows.address()).putLong(rows.batch()).putLong(rows.head()).putLong(rows.row());
    }
    bytes.putLong(logSums).putLong(deltas);
    bytes.putInt(shape.batches()).putInt(shape.heads()).putInt(shape.keyHeads());
    bytes.putInt(shape.queries()).putInt(shape.keys()).putInt(shape.causal() ? 1 : 0);
    bytes.putFloat(shape.scale());
    return new Argument.Bytes(bytes.array());
  }
}

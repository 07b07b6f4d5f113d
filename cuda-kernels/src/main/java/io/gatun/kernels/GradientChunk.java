package io.gatun.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A piece of one gradient in the norm of all: its device address and its count of numbers, at most
/// [ParameterChunk#MOST].
public record GradientChunk(long gradient, long count) {
  /// Bytes of one entry of the table.
  public static final int BYTES = 16;

  /// The table as it lies in device memory.
  public static byte[] table(List<GradientChunk> chunks) {
    var bytes = ByteBuffer.allocate(BYTES * chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (GradientChunk c : chunks) bytes.putLong(c.gradient).putLong(c.count);
    return bytes.array();
  }
}

package io.gatun.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A piece of one tensor in an optimizer's step: device addresses of its numbers and moments, 0
/// where the rule has none, and of a bf16 copy of the parameter, 0 for none.
public record ParameterChunk(
    long parameter, long gradient, long first, long second, long copy, long count) {
  /// Bytes of one entry of the table.
  public static final int BYTES = 48;

  /// Most numbers of a chunk, so that tensors of all sizes share a launch evenly.
  public static final int MOST = 65_536;

  /// The chunks of a whole tensor.
  public List<ParameterChunk> split() {
    var chunks = new ArrayList<ParameterChunk>();
    for (long i = 0; i < count; i += MOST) {
      chunks.add(
          new ParameterChunk(
              at(parameter, 4 * i),
              at(gradient, 4 * i),
              at(first, 4 * i),
              at(second, 4 * i),
              at(copy, 2 * i),
              Math.min(MOST, count - i)));
    }
    return chunks;
  }

  private static long at(long address, long offset) {
    return address == 0 ? 0 : address + offset;
  }

  /// The table as it lies in device memory.
  public static byte[] table(List<ParameterChunk> chunks) {
    var bytes = ByteBuffer.allocate(BYTES * chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (ParameterChunk c : chunks) {
      bytes.putLong(c.parameter).putLong(c.gradient).putLong(c.first);
      bytes.putLong(c.second).putLong(c.copy).putLong(c.count);
    }
    return bytes.array();
  }
}

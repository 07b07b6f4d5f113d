package io.gatun.kernels;

import io.gatun.cuda.Argument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// The operands of one launch of `concat`, side by side from the left: their addresses and widths
/// in words.
public record ConcatParts(List<Part> parts) {
  /// Most operands of a launch.
  public static final int MOST = 16;

  static final int BYTES = MOST * (8 + 4 + 4);

  /// One operand.
  public record Part(long address, int width) {}

  public ConcatParts {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > MOST) {
      throw new IllegalArgumentException(
          "concat: %d operands; a launch takes 1 to %d".formatted(parts.size(), MOST));
    }
  }

  /// The struct that the kernel takes; the first operand starts at word `before` of a row.
  public Argument.Bytes argument(int before) {
    var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < parts.size(); i++) {
      bytes.putLong(8 * i, parts.get(i).address());
      bytes.putInt(8 * MOST + 4 * i, parts.get(i).width());
      bytes.putInt(12 * MOST + 4 * i, before);
      before += parts.get(i).width();
    }
    return new Argument.Bytes(bytes.array());
  }
}

package io.gatun.kernels;

/// What a block of attention's kernels on the tensor cores works on: `TensorTile` of
/// `attention_tensor.cuh`. Which is fastest was measured on an H100.
///
/// @param d elements of a head
/// @param rows queries, or keys in the gradient of keys, of a block
/// @param columns rows of the others in a tile
/// @param held whether the rows stay in registers
/// @param blocks how many a multiprocessor shall have room for
record AttentionTile(int d, int rows, int columns, boolean held, int blocks) {
  static final int THREADS = 128;

  /// Blocks of 128 rows from which on they are faster than twice as many of 64; an H100 has room
  /// for 264.
  private static final int MANY = 256;

  static AttentionTile forward(AttentionShape shape) {
    boolean isLarge = isLarge(shape, shape.heads(), shape.queries());
    return switch (shape.d()) {
      case 32 -> new AttentionTile(32, 64, 64, true, 4);
      case 64 -> of64(isLarge, true);
      default -> isLarge ? of128(128, 32, false) : of128(64, 64, true);
    };
  }

  static AttentionTile queryGradient(AttentionShape shape) {
    boolean isLarge = isLarge(shape, shape.heads(), shape.queries());
    return switch (shape.d()) {
      case 32 -> new AttentionTile(32, 64, 64, true, 4);
      case 64 -> of64(isLarge, true);
      default -> of128(64, 32, true);
    };
  }

  static AttentionTile keyGradient(AttentionShape shape) {
    boolean isLarge = isLarge(shape, shape.keyHeads(), shape.keys());
    return switch (shape.d()) {
      case 32 -> new AttentionTile(32, 128, 64, true, 2);
      case 64 -> of64(isLarge, false);
      default -> of128(64, 32, false);
    };
  }

  private static AttentionTile of64(boolean isLarge, boolean held) {
    return new AttentionTile(64, isLarge ? 128 : 64, 64, held, isLarge ? 2 : 3);
  }

  private static AttentionTile of128(int rows, int columns, boolean held) {
    return new AttentionTile(128, rows, columns, held, 2);
  }

  private static boolean isLarge(AttentionShape shape, int heads, int rows) {
    return (long) shape.batches() * heads * Math.ceilDiv(rows, 128) >= MANY;
  }

  /// Shared memory of a kernel with so many arrays of rows: with them two tiles of two arrays, and
  /// in the gradients two numbers for each row of both.
  int sharedBytes(int arrays) {
    return 2 * d * (arrays * rows + 4 * columns) + (arrays == 1 ? 0 : 16 * columns);
  }

  /// The template's type.
  String text(ElementType type) {
    return "TensorTile<%s, %d, %d, %d, %b>".formatted(type.text(), d, rows, columns, held);
  }
}

package io.gatun.kernels;

import io.gatun.cuda.LaunchGeometry;

/// A launch of one of attention's kernels. The argument is [AttentionArguments#argument]; the
/// kernel of the deltas takes the head's size, an int, too. Types are F32, BF16 and F16; deltas
/// come before the gradients.
///
/// @param file the source, as [KernelSources] knows it
/// @param kernel name of the kernel in it
/// @param function what the kernel calls, with its template's arguments
/// @param blocks how many blocks a multiprocessor shall have room for
public record AttentionLaunch(
    String file, String kernel, String function, int blocks, LaunchGeometry geometry) {

  /// The result and the log sums.
  public static AttentionLaunch forward(AttentionShape shape, ElementType type) {
    int rows = shape.queries();
    int heads = shape.heads();
    if (isTensor(type)) {
      return tensor("attention_forward", shape, type, AttentionTile.forward(shape), rows, heads);
    }
    int columns = shape.d() == 128 ? 32 : 64;
    int pitch = shape.d() + 4;
    int shared = 4 * (64 * pitch + 2 * columns * pitch + 64 * (columns + 16));
    return simt("attention_forward", shape, 64, columns, rows, heads, shared);
  }

  /// Sums of `dy * y`.
  public static AttentionLaunch deltas(AttentionShape shape, ElementType type) {
    int threads = 256;
    int packs = Math.ceilDiv(shape.d() * type.bytes(), 16);
    int lanes = Math.min(32, Integer.highestOneBit(2 * packs - 1));
    int blocks = Math.ceilDiv(shape.queries(), threads / lanes);
    return new AttentionLaunch(
        "attention_deltas.cu",
        "attention_deltas_" + type.text(),
        "attention_deltas",
        4,
        new LaunchGeometry(blocks, shape.heads(), shape.batches(), threads, 1, 1, 0));
  }

  /// The gradient of q.
  public static AttentionLaunch queryGradient(AttentionShape shape, ElementType type) {
    int rows = shape.queries();
    return isTensor(type)
        ? tensor(
            "query_gradient", shape, type, AttentionTile.queryGradient(shape), rows, shape.heads())
        : simtGradient("query_gradient", shape, rows, shape.heads());
  }

  /// The gradients of k and v.
  public static AttentionLaunch keyGradient(AttentionShape shape, ElementType type) {
    int rows = shape.keys();
    return isTensor(type)
        ? tensor(
            "key_gradient", shape, type, AttentionTile.keyGradient(shape), rows, shape.keyHeads())
        : simtGradient("key_gradient", shape, rows, shape.keyHeads());
  }

  private static AttentionLaunch simtGradient(
      String name, AttentionShape shape, int rows, int heads) {
    int ofBlock = shape.d() == 128 ? 32 : 64;
    int pitch = shape.d() + 4;
    int shared = 4 * (2 * ofBlock * pitch + 64 * pitch + ofBlock * 48);
    return simt(name, shape, ofBlock, 32, rows, heads, shared);
  }

  /// Of one kernel in f32; a block of 128 threads has so many rows, and tiles of so many columns.
  private static AttentionLaunch simt(
      String name,
      AttentionShape shape,
      int ofBlock,
      int columns,
      int rows,
      int heads,
      int shared) {
    int blocks = Math.ceilDiv(rows, ofBlock);
    return new AttentionLaunch(
        "attention_%s_f32.cu".formatted(direction(name)),
        "%s_f32_%d".formatted(kernel(name), shape.d()),
        "%s<AttentionTile<%d, %d, %d>>".formatted(name, shape.d(), ofBlock, columns),
        shape.d() == 128 && name.equals("attention_forward") ? 2 : 3,
        new LaunchGeometry(blocks, heads, shape.batches(), 128, 1, 1, shared));
  }

  private static AttentionLaunch tensor(
      String name,
      AttentionShape shape,
      ElementType type,
      AttentionTile tile,
      int rows,
      int heads) {
    int arrays = name.equals("attention_forward") ? 1 : 2;
    return new AttentionLaunch(
        "attention_%s_tensor.cu".formatted(direction(name)),
        "%s_%s_%dx%d".formatted(kernel(name), type.text(), shape.d(), tile.rows()),
        "%s<%s>".formatted(name, tile.text(type)),
        tile.blocks(),
        new LaunchGeometry(
            Math.ceilDiv(rows, tile.rows()),
            heads,
            shape.batches(),
            AttentionTile.THREADS,
            1,
            1,
            tile.sharedBytes(arrays)));
  }

  private static String direction(String name) {
    return name.equals("attention_forward") ? "forward" : "backward";
  }

  private static String kernel(String name) {
    return name.equals("attention_forward") ? name : "attention_" + name;
  }

  private static boolean isTensor(ElementType type) {
    return switch (type) {
      case F32 -> false;
      case BF16, F16 -> true;
      case F64, I64, I32, I16, I8 ->
          throw new IllegalArgumentException("no attention of " + type + "; F32, BF16, F16 serve");
    };
  }
}

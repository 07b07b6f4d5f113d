package io.gatun.kernels;

import io.gatun.cuda.LaunchGeometry;

/// A launch of one of attention's kernels. The argument is [AttentionArguments#argument]; the
/// kernel of the deltas takes the head's size, an int, too. Types are F32, BF16 and F16; deltas
/// come before the gradients.
///
/// @param file the source, as [KernelSources] knows it
/// @param kernel name of the kernel in it
public record AttentionLaunch(String file, String kernel, LaunchGeometry geometry) {
  private static final int THREADS = 128;

  /// The result and the log sums.
  public static AttentionLaunch forward(AttentionShape shape, ElementType type) {
    int d = shape.d();
    int columns = d == 128 ? 32 : 64;
    int shared =
        type == ElementType.F32
            ? 4 * (64 * (d + 4) + 2 * columns * (d + 4) + 64 * (columns + 16))
            : 2 * d * (64 + 4 * columns);
    return of("forward", "forward", shape, type, shape.queries(), 64, shape.heads(), shared);
  }

  /// Sums of `dy * y`.
  public static AttentionLaunch deltas(AttentionShape shape, ElementType type) {
    int blocks = Math.ceilDiv(shape.queries(), 8);
    var geometry = new LaunchGeometry(blocks, shape.heads(), shape.batches(), 256, 1, 1, 0);
    return new AttentionLaunch("attention_deltas.cu", "attention_deltas_" + name(type), geometry);
  }

  /// The gradient of q.
  public static AttentionLaunch queryGradient(AttentionShape shape, ElementType type) {
    return of(
        "backward",
        "query_gradient",
        shape,
        type,
        shape.queries(),
        gradientRows(shape, type),
        shape.heads(),
        gradientShared(shape, type));
  }

  /// The gradients of k and v.
  public static AttentionLaunch keyGradient(AttentionShape shape, ElementType type) {
    return of(
        "backward",
        "key_gradient",
        shape,
        type,
        shape.keys(),
        gradientRows(shape, type),
        shape.keyHeads(),
        gradientShared(shape, type));
  }

  private static int gradientRows(AttentionShape shape, ElementType type) {
    return type == ElementType.F32 && shape.d() == 128 ? 32 : 64;
  }

  private static int gradientShared(AttentionShape shape, ElementType type) {
    int d = shape.d();
    int rows = gradientRows(shape, type);
    return type == ElementType.F32
        ? 4 * (2 * rows * (d + 4) + 64 * (d + 4) + rows * 48)
        : 2 * d * (128 + 4 * (d == 32 ? 64 : 32));
  }

  private static AttentionLaunch of(
      String file,
      String kernel,
      AttentionShape shape,
      ElementType type,
      int rows,
      int rowsOfBlock,
      int heads,
      int shared) {
    var geometry =
        new LaunchGeometry(
            Math.ceilDiv(rows, rowsOfBlock), heads, shape.batches(), THREADS, 1, 1, shared);
    return new AttentionLaunch(
        "attention_%s_%s.cu".formatted(file, type == ElementType.F32 ? "f32" : "tensor"),
        "attention_%s_%s_%d".formatted(kernel, name(type), shape.d()),
        geometry);
  }

  private static String name(ElementType type) {
    return switch (type) {
      case F32, BF16, F16 -> type.text();
      case F64, I64, I32, I16, I8 ->
          throw new IllegalArgumentException("no attention of " + type + "; F32, BF16, F16 serve");
    };
  }
}

package io.gatun.engine.cuda.library;

/// Device addresses of a product's operands, aligned to 16 bytes; 0 for what is not there.
public record ProductPointers(long a, long b, long c, long d, long bias, long auxiliary) {
  /// Without `c`, bias and auxiliary.
  public static ProductPointers of(long a, long b, long d) {
    return new ProductPointers(a, b, 0, d, 0, 0);
  }
}
